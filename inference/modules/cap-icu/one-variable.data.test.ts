import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Models } from '../../../core/model.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import { loadSession } from '../../runtime/ort.ts'
import { readAssets, readModelFolder } from '../../runtime/registry.ts'
import { dataset } from './dataset/index.ts'
import { featuresOf } from './features.ts'
import { ROLE_24H } from './manifest.ts'
import { localPredictor } from './predictor/local.ts'
import type { StayView } from './predictor/predictor.ts'
import type { CapIcuInput, CaseBank, StayValue } from './types.ts'

const STAYS = 40
/** Specs 06 section 7. */
const MOST = 0.3

const { variables } = JSON.parse(readFileSync(new URL('./variables.json', import.meta.url), 'utf8')) as {
  variables: { key: string; convert: Record<string, number | object> }[]
}

interface Fault {
  name: string
  /** What arrives in place of a value. */
  change(value: StayValue): StayValue[]
}

/** What may happen to the values of a variable on their way. */
const FAULTS: readonly Fault[] = [
  { name: 'sent twice', change: (value) => [value, value] },
  { name: 'sent again half an hour later', change: (value) => [value, { ...value, hours: value.hours + 0.5 }] },
  { name: 'delayed by six hours', change: (value) => [{ ...value, hours: value.hours + 6 }] },
  // In another unit than it says, by each factor that is known of the variable.
  ...[...new Set(variables.flatMap(({ convert }) => Object.values(convert)))].flatMap((factor): Fault[] =>
    typeof factor === 'number' && factor !== 1
      ? [{ name: `off by ${factor}`, change: (value) => [{ ...value, value: value.value / factor }] }]
      : []
  )
]

const isOwn = (name: string, variable: string): boolean =>
  !name.startsWith('off by') ||
  Object.values(variables.find(({ key }) => key === variable)?.convert ?? {}).includes(Number(name.slice(7)))

dataTest(
  'no single variable that is sent twice, late or in another unit moves the probability of the shipped model by more than .3',
  async () => {
    const folder = await readModelFolder(fileURLToPath(new URL('../../models/icu-mortality-1', import.meta.url)), true)
    const assets = await readAssets(folder.dir, folder.manifest)
    const session = await loadSession(await readFile(`${folder.dir}/${folder.manifest.file}`))
    const models: Models = {
      manifest: () => folder.manifest,
      site: () => ({}),
      asset: (_, file) => assets.get(file),
      infer: (_, inputs) => session.run(inputs)
    }
    const moved = new Map<string, number>()
    let stays = 0
    for await (const { input } of dataset(dataPath('icu', 'challenge2012_set_a'))) {
      const stay = input as CapIcuInput
      if (stay.moment !== '24h') continue
      if (stays++ === STAYS) break
      const predictor = localPredictor(models, ROLE_24H, assets.get('bank.json') as CaseBank)
      const values = stay.values ?? []
      const view = (changed: StayValue[]): StayView => {
        const made = { ...stay, values: changed }
        return { input: made, features: featuresOf(made) }
      }
      const changes = [...new Set(values.map(({ variable }) => variable))].flatMap((variable) =>
        FAULTS.filter(({ name }) => isOwn(name, variable)).map(({ name, change }) => ({
          name: `${variable} ${name}`,
          view: view(values.flatMap((value) => (value.variable === variable ? change(value) : [value])))
        }))
      )
      const plain = view(values)
      await predictor.prepare!(
        plain,
        changes.map((one) => one.view)
      )
      const before = await predictor.predict(plain, { variant: 'base', cases: [] })
      for (const { name, view: changed } of changes) {
        const { probability } = await predictor.predict(changed, { variant: 'flip', cases: [] })
        moved.set(name, Math.max(moved.get(name) ?? 0, Math.abs(probability - before.probability)))
      }
    }
    expect(stays).toBeGreaterThan(STAYS)
    expect(Math.max(...[...moved].filter(([name]) => name.endsWith('sent twice')).map(([, by]) => by))).toBe(0)
    expect([...moved].filter(([, by]) => by > MOST)).toEqual([])
    await session.release()
  },
  60_000
)
