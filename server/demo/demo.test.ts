import { readFile } from 'node:fs/promises'
import { demoJson, demoText } from './report.ts'
import { type DemoRun, runDemo } from './run.ts'

let run: DemoRun
beforeAll(async () => {
  run = await runDemo()
}, 240_000)
afterAll(() => run.stop())

const became = (what: string): string | undefined => run.messages.find((m) => m.what.includes(what))?.state

describe('the demo day', () => {
  test('every message ends recorded, parked with a reason, or refused with a reason', () => {
    expect(run.messages.filter(({ state }) => state === 'received')).toEqual([])
    expect(run.messages.filter(({ state }) => state === 'parked').map(({ code }) => code)).toEqual([
      'PATIENT_MISMATCH (birth-date)',
      'AUTHORITY_UNKNOWN'
    ])
    expect(became('nobody reads')).toBe('refused')
    expect(became('Cine')).toBe('recorded')
  })

  test('orders are answered with ORL at once and with ORU when there is a result', () => {
    expect(run.lab.got.map(({ type, placer }) => `${type} ${placer}`).sort()).toEqual([
      'ORL^O22 P100',
      'ORL^O22 P101',
      'ORU^R01 P100',
      'ORU^R01 P101'
    ])
  })

  test('an ECG without signal is refused, never scored', () => {
    const off = run.results.find(({ about }) => about.includes('electrodes off'))
    expect(off).toMatchObject({ refused: 'quality-unacceptable' })
    expect(off).not.toHaveProperty('probability')
  })

  test('high potassium alerts, normal does not', () => {
    const notified = run.results.filter((r) => r.notified).map(({ about }) => about)
    expect(notified).toContain("Anna's ECG from the cart, high potassium")
    expect(notified.some((about) => about.includes('Bruno') || about.includes('David'))).toBe(false)
  })

  test('the first 24 hours in intensive care get one estimate when they are over, seen by nobody in shadow mode', () => {
    const estimates = run.results.filter(({ module }) => module === 'cap-icu')
    expect(estimates).toHaveLength(1)
    expect(estimates[0]).toMatchObject({ about: expect.stringContaining('Emil'), of: 'Dead', notified: false })
    expect(estimates[0]!.probability).toBeGreaterThan(0.2)
  })

  test('the cine series is one study of 30 ordered frames, complete', async () => {
    const [study] = await run.app.store.search<import('@medplum/fhirtypes').ImagingStudy>('ImagingStudy?_count=5')
    expect(study).toMatchObject({ numberOfInstances: 30, numberOfSeries: 1 })
    expect(study!.meta?.tag?.map(({ code }) => code)).toEqual(expect.arrayContaining(['synthetic']))
    expect(study!.meta?.tag?.map(({ code }) => code)).not.toContain('incomplete')
  })

  test('--json is one object with the fixed keys', () => {
    const json = demoJson(run)
    expect(Object.keys(json)).toEqual([
      'messages',
      'recorded',
      'parked',
      'results',
      'notifications',
      'oruReturned',
      'latencyMs',
      'seconds'
    ])
    expect(json.messages).toBe(run.messages.reduce((sum, { count }) => sum + count, 0))
    expect(json.oruReturned).toBe(2)
  })

  test('a handheld is answered on its own socket, from what was recorded', () => {
    const { about, quality, told, envelope } = run.handheld
    expect(quality).toBe('acceptable')
    expect(envelope).toMatch(/^[0-9A-Z]{26}$/)
    expect(told.find(({ module }) => module === 'pocket-k')!.text).toMatch(/^Low band: .*5\.5 mmol\/L: 0\.\d{3}\.$/)
    expect(run.results).toContainEqual(expect.objectContaining({ about, module: 'pocket-k', notified: false }))
  })

  test('one ECG is measured and put on a page', async () => {
    const { conclusion, pdf } = run.measured
    expect(conclusion).toMatch(/not over-read.*QRS duration \d+ ms/)
    expect((await readFile(pdf)).subarray(0, 5).toString()).toBe('%PDF-')
    expect(demoText(run)).toContain(conclusion)
  })

  test('the table shows every message and every result', () => {
    const text = demoText(run)
    for (const { what } of run.messages) expect(text).toContain(what)
    expect(text).toContain('not for clinical use')
  })
})
