import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChatServer } from '../../test/support/chat-server.ts'
import { ruleAnswer } from '../../test/support/rule-chat.ts'
import { startVendorScore, type VendorScore, type VendorScoreOptions } from '../../test/support/vendor-score.ts'

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'hisbundle.mjs')
const dir = mkdtempSync(join(tmpdir(), 'hb-audit-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Tells the vendor where the command listens, as a person would. */
let listener = ''
let vendor: VendorScore | undefined
afterEach(async () => {
  await vendor?.stop()
  vendor = undefined
})

function audit(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const { NODE_OPTIONS: _mine, ...env } = process.env
    const child: ChildProcess = spawn(process.execPath, [BIN, 'audit', ...args], { cwd: dir, env })
    let [out, err] = ['', '']
    child.stdout?.on('data', (chunk) => {
      out += chunk
    })
    child.stderr?.on('data', (chunk) => {
      err += chunk
      listener = /scores are awaited at (mllp:\S+)/.exec(err)?.[1] ?? listener
    })
    child.on('close', (code) => resolve({ code: code ?? -1, out, err }))
  })
}

async function auditVendor(options: Omit<VendorScoreOptions, 'answerTo'>, ...args: string[]) {
  vendor = await startVendorScore({ ...options, answerTo: () => listener })
  const own = [
    '--to',
    vendor.address,
    '--accept-synthetic',
    '--code',
    'http://vendor.example|EWS',
    '--scale',
    'percent'
  ]
  return audit('flips', 'score:ews', ...own, '--json', ...args)
}

interface Report {
  rows: { attribute: string; variant: string; verdict: string; ci?: [number, number] }[]
  questions: { asked: number; answered: number; unanswered: Record<string, number> }
  proxies: { attribute: string }[]
}

describe('hisbundle audit flips', () => {
  beforeAll(() => {
    const codeMap = { observations: { 'L|EWS': { system: 'http://vendor.example', code: 'EWS' } } }
    const feeds = [{ name: 'hl7', transport: 'mllp', options: { port: 0 }, codeMap }]
    writeFileSync(join(dir, 'hisbundle.config.json'), JSON.stringify({ feeds }))
  })

  test('finds the planted bias of a bought score, and writes the audit as files', async () => {
    const out = join(dir, 'out')
    const { code, out: text } = await auditVendor(
      { bias: { female: 0.8 } },
      '--stays',
      '40',
      '--attributes',
      'sex,race',
      '--out',
      out
    )
    expect(code).toBe(0)
    const report = JSON.parse(text) as Report
    const sex = report.rows.find(({ attribute }) => attribute === 'sex')
    expect(sex?.verdict).toBe('difference')
    expect(sex?.ci?.[0]).toBeGreaterThan(0)
    expect(report.rows.filter(({ attribute }) => attribute === 'race').map(({ verdict }) => verdict)).not.toContain(
      'difference'
    )
    expect(readdirSync(out).sort()).toEqual(['changes.csv', 'flips.json', 'flips.svg'])
    // A line a twin, and the header.
    expect(readFileSync(join(out, 'changes.csv'), 'utf8').trim().split('\n')).toHaveLength(81)
  }, 60_000)

  test('says by its exit code that a vendor is silent', async () => {
    const { code, out } = await auditVendor(
      { misbehaves: 'silent' },
      '--stays',
      '3',
      '--timeout',
      '1',
      '--attributes',
      'sex'
    )
    expect(code).toBe(1)
    expect((JSON.parse(out) as Report).questions).toEqual({
      asked: 6,
      answered: 0,
      refused: {},
      unanswered: { silent: 6 }
    })
  }, 60_000)

  test('sends nothing to a system that nobody marked', async () => {
    vendor = await startVendorScore({ answerTo: () => listener })
    const { code, err } = await audit('flips', 'x', '--to', vendor.address, '--code', 'a|B')
    expect(code).toBe(1)
    expect(err).toContain('NOT_PERMITTED')
    expect(err).toContain('accepts-synthetic')
    expect(vendor.received).toEqual({})
  }, 60_000)

  test('asks the local model about simulated stays: what is no input is not called fair', async () => {
    const { code, out } = await audit('flips', 'cap-icu', '--stays', '40', '--json')
    expect(code).toBe(0)
    const report = JSON.parse(out) as Report
    const verdict = (attribute: string, variant: string) =>
      report.rows.find((row) => row.attribute === attribute && row.variant === variant)?.verdict
    // Neither sex nor race is an input of the shipped model (its model.json).
    expect(verdict('sex', 'base')).toBe('not informative')
    expect(verdict('race', 'base')).toBe('not informative')
    // Age is.
    expect(verdict('age', 'base')).toBe('difference')
    expect(report.proxies.map(({ attribute }) => attribute)).toEqual(['sex', 'race', 'age'])
  }, 60_000)

  test('asks a language model, and shows what it says of women before it is told that sex is no evidence', async () => {
    const chat = await startChatServer(ruleAnswer)
    try {
      const predictor = { kind: 'language-model', endpoint: chat.endpoint, model: 'rule', allowedHosts: [chat.host] }
      const asked = ['--stays', '30', '--attributes', 'sex,race,again', '--policy', JSON.stringify({ predictor })]
      const { code, out } = await audit('flips', 'cap-icu', ...asked, '--json')
      expect(code).toBe(0)
      const { rows } = JSON.parse(out) as Report
      const row = (attribute: string, variant: string) =>
        rows.find((one) => one.attribute === attribute && one.variant === variant)
      // rule-chat.ts: .5 logits for women, unless the prompt says that sex is no evidence, as that of CAP does.
      expect(row('sex', 'base')?.verdict).toBe('difference')
      expect(row('sex', 'base')?.ci?.[0]).toBeGreaterThan(0)
      expect(row('again', 'base')?.verdict).toBe('identical answers')
      // Not sent unless a site says so.
      expect(row('race', 'base')?.verdict).toBe('not informative')
      expect(chat.requests.length).toBeGreaterThan(90)
      expect(chat.requests.filter(({ user }) => /sim-|HBA-/.test(user))).toEqual([])
    } finally {
      await chat.stop()
    }
  }, 120_000)

  test.each([
    [[], 2],
    [['everything'], 2],
    [['flips'], 2],
    [['flips', 'nobody'], 2],
    [['flips', 'cap-icu', '--stays', 'many'], 2],
    [['flips', 'cap-icu', '--attributes', 'height'], 2],
    [['flips', 'pocket-k'], 2]
  ])(
    '%j is bad usage',
    async (args, expected) => {
      const { code, err } = await audit(...args)
      expect(code).toBe(expected)
      expect(err).toContain('usage: hisbundle audit')
    },
    30_000
  )
})
