import type { RiskAssessment } from '@medplum/fhirtypes'
import type { World } from '../support/world.ts'
import { ecgMessage, minutes, potassium } from './support/hospital.ts'
import { hospitalWorld, sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'
import { laboratory } from './support/receivers.ts'

/** The closed loop of the potassium screen over the sockets (specs README section M, rules section 7). */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
let lab: Awaited<ReturnType<typeof laboratory>>
let world: World
let client: ReturnType<typeof sender>
beforeAll(async () => {
  lab = await laboratory()
  world = await hospitalWorld(lab.address)
  client = sender(world)
}, 60_000)
afterAll(async () => {
  await client?.close()
  await world?.stop()
  await lab?.close()
})

let n = 0
const send = async (...messages: Uint8Array[]): Promise<void> => {
  for (const bytes of messages) expect((await client.send(bytes)).code).toBe('AA')
  await quiet(world.app)
}
const ecg = (mrn: string, seed: number) =>
  ecgMessage({
    controlId: `E${++n}`,
    at: now,
    filler: `E${mrn}`,
    acquiredAt: minutes(now, -50),
    latent: 6,
    seed,
    mrn,
    ...facts
  })
const blood = (mrn: string, value: string, changes: Partial<Parameters<typeof potassium>[0]> = {}) =>
  potassium({
    controlId: `K${++n}`,
    at: minutes(now, n / 60),
    filler: `F${mrn}`,
    value,
    collectedAt: minutes(now, -30),
    mrn,
    ...facts,
    ...changes
  })

interface Page {
  pairs: {
    patient: string
    result: string
    value: number
    truth: number
    threshold?: number
    groups: Record<string, string>
  }[]
  next?: string
}
const pairsOf = async (label = 'k-gt-5.5') =>
  (await world.admin<Page>(`/admin/performance/pocket-k/pairs?label=${label}`)).pairs
const resultOf = async (mrn: string) =>
  (await world.search<RiskAssessment>(`RiskAssessment?patient.identifier=${mrn}&_count=5`))[0]!

test('an ECG and a potassium of the hour become a pair; a corrected value changes it, a haemolysed one ends it', async () => {
  await send(ecg('L1', 7), blood('L1', '6.2'))
  const result = await resultOf('L1')
  const [pair, ...more] = await pairsOf()
  expect(more).toEqual([])
  expect(pair).toMatchObject({
    result: `RiskAssessment/${result.id}`,
    truth: 1,
    groups: { sex: 'female', age: '75-84' }
  })
  expect(pair!.value).toBe(result.prediction?.[0]?.probabilityDecimal)
  // highFrom of the shipped site.json: the cut when it was served
  expect(pair!.threshold).toBeGreaterThan(0)
  expect(pair!.patient).toMatch(/^[0-9a-f]{24}$/)
  await send(blood('L1', '4.2', { status: 'C' }))
  expect((await pairsOf()).map(({ truth }) => truth)).toEqual([0])
  await send(blood('L1', '4.2', { status: 'C', haemolysed: true }))
  expect(await pairsOf()).toEqual([])
})

test('the pages say how many there are, no name, and why there is no figure yet', async () => {
  await send(ecg('L2', 8), blood('L2', '>9.0'))
  const { sources } = await world.admin<{
    sources: { source: string; labels: { label: string; models: object[]; headline?: object }[] }[]
  }>('/admin/performance')
  const screen = sources.find(({ source }) => source === 'pocket-k')!
  expect(screen.labels.find(({ label }) => label === 'k-gt-5.5')?.models).toMatchObject([
    { predictions: 2, pairs: 1, positives: 1, verified: 0.5 }
  ])
  expect(screen.labels.find(({ label }) => label === 'k-gt-5.5')?.headline).toMatchObject({
    suppressed: 'fewer than 30 positives'
  })
  const report = await world.admin<object>('/admin/performance/pocket-k?label=k-gt-5.5')
  expect(report).toMatchObject({
    label: { key: 'k-gt-5.5', kind: 'probability' },
    models: [{ pairs: 1, judged: { n: 1, positives: 1, suppressed: 'fewer than 30 positives' } }]
  })
  const csv = await (await fetch(`${world.http}/admin/performance/pocket-k/pairs?format=csv`)).text()
  expect(csv.split('\n')[0]).toContain('patient,result,at,value,threshold,truth')
  expect(JSON.stringify(report) + csv).not.toMatch(/Ulla|Sim\b|L2/)
})

test('a rebuild from the record makes the same rows', async () => {
  const rows = async () =>
    Promise.all(
      ['loop_results', 'loop_predictions', 'loop_truths', 'loop_pairs'].map(async (table) =>
        (await world.app.store.sql.all(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)).sort()
      )
    )
  const before = await rows()
  expect(before.map((table) => table.length > 0)).toEqual([true, true, true, true])
  await world.app.store.sql.write(
    ['loop_results', 'loop_predictions', 'loop_truths', 'loop_pairs'].map((table) => ({ sql: `DELETE FROM ${table}` }))
  )
  await world.admin('/admin/performance/rebuild', {})
  expect(await rows()).toEqual(before)
})

test('asks for what is not there, and refuses to apply what nobody approved', async () => {
  const get = async (path: string, body?: object) =>
    (
      await fetch(`${world.http}/admin/performance${path}`, {
        ...(body ? { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {})
      })
    ).status
  expect(await get('/nothing')).toBe(404)
  expect(await get('/pocket-k?label=nothing')).toBe(404)
  expect(await get('/pocket-k?from=yesterday')).toBe(400)
  expect(await get('/pocket-k/pairs?before=x')).toBe(400)
  expect(await get('/pocket-k/recalibration', {})).toBe(400)
  expect(await get('/pocket-k/recalibration', { approver: 'Dr Example' })).toBe(400)
  expect(await world.admin('/admin/performance/pocket-k/recalibration')).toMatchObject({
    fitted: { n: 1, suppressed: 'fewer than 200 pairs' },
    isShownBetter: false
  })
  expect(await world.admin('/admin/performance/check', {})).toMatchObject({
    sources: expect.arrayContaining([
      expect.objectContaining({ source: 'pocket-k', comparedWith: 'nothing', tasks: [] })
    ])
  })
})

test('the report by group comes in every form, names nobody, and is stored as MeasureReports', async () => {
  const get = (path: string) => fetch(`${world.http}/admin/reports/subgroups${path}`)
  const types = {
    json: 'application/json',
    csv: 'text/csv',
    svg: 'image/svg+xml',
    html: 'text/html',
    fhir: 'application/fhir+json'
  }
  for (const [format, type] of Object.entries(types)) {
    const response = await get(`/pocket-k?label=k-gt-5.5&format=${format}`)
    const text = await response.text()
    expect([format, response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([format, 200, type])
    // One pair: a count under five is hidden.
    expect([format, /Ulla|\bSim\b|L2|Patient\//.test(text)]).toEqual([format, false])
  }
  expect((await get('/nothing')).status).toBe(404)
  expect((await get('/pocket-k?label=nothing')).status).toBe(404)
  expect((await get('/pocket-k?format=pdf')).status).toBe(400)
  const { stored } = await world.admin<{ stored: string[] }>('/admin/reports/subgroups/pocket-k', { label: 'k-gt-5.5' })
  // Nothing is judged of one pair: no metric has a report, the differences say why.
  expect(stored.every((reference) => reference.startsWith('MeasureReport/'))).toBe(true)
})

test('the metrics count and hold figures back until there are enough', async () => {
  // The first scrape asks for figures, a later one has them.
  const page = await world.until('the counts', async () => {
    const text = await (await fetch(`${world.http}/metrics`)).text()
    return text.includes('hisbundle_model_pairs{') && text
  })
  expect(page).toMatch(/hisbundle_model_predictions\{module="pocket-k",label="k-gt-5.5",model="[^"]+"\} 2/)
  expect(page).not.toContain('hisbundle_model_auroc{')
})
