import { dataPath, dataTest } from '../../test/support/data.ts'
import { labelledCases } from './index.ts'

dataTest(
  'the delivered part of PTB-XL: records, people, superclasses and folds as its publisher counts them',
  async () => {
    const counts: Record<string, number> = {}
    const [patients, folds] = [new Set<string>(), new Set<string>()]
    let records = 0
    for await (const { patientId, labels, groups, refused } of labelledCases(dataPath('ecg/ptbxl'))) {
      expect(refused).toBeUndefined()
      records++
      patients.add(patientId)
      folds.add(groups['fold']!)
      for (const [name, value] of Object.entries(labels)) counts[name] = (counts[name] ?? 0) + value
    }
    expect([records, patients.size]).toEqual([353, 339])
    expect([...folds].sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
    expect(counts['NORM']).toBe(225)
  }
)
