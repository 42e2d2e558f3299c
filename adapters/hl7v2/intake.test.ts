import { readdirSync, readFileSync } from 'node:fs'
import { dataPath, dataTest } from '../../test/support/data.ts'
import { parseMessage } from './parse.ts'
import { peekHl7v2 } from './peek.ts'
import { receiptIdentity } from './receipt-identity.ts'
import { splitMessages } from './split.ts'
import { checkStructure } from './structure.ts'

const MSH = 'MSH|^~\\&|LAB^1.2^ISO|NORTH|HB|HOSP|20260131||ADT^A40^ADT_A39|M1|P|2.5.1'
const peek = (text: string) => peekHl7v2(Buffer.from(text), {})

test('peeks kind, key and correlation without a full parse', () => {
  expect(peek(`${MSH}\rEVN|A40\rPID|1||S1^^^HOSP^PI~T1^^^NORTH&9.9&ISO^MR\rMRG|OLD^^^HOSP^MR\r`)).toEqual({
    kind: 'ADT^A40',
    key: 'NORTH|T1',
    correlation: { messageControlId: 'M1', sendingApplication: 'LAB', sendingFacility: 'NORTH' }
  })
})

test.each([
  ['the first identifier when none is typed MR', 'PID|1||A^^^X~B^^^Y', 'X|A'],
  ['the universal id when there is no name space', 'PID|1||A^^^&1.2.3&ISO^MR', '1.2.3|A'],
  ['an empty authority', 'PID|1||A', '|A'],
  ['no key for an empty or deleted identifier', 'PID|1||""', undefined],
  ['no key without PID', 'EVN|A01', undefined],
  ['an escaped identifier in its own letters', 'PID|1||A\\T\\B^^^X^MR', 'X|A&B']
])('peeks %s', (_, pid, key) => {
  expect(peek(`${MSH}\r${pid}\r`).key).toBe(key)
})

test('peeks LF files and looks at 64 KiB only', () => {
  expect(peek(`${MSH}\nPID|1||A^^^X\n`).key).toBe('X|A')
  const far = `${MSH}\r${`NTE|1||${'x'.repeat(1000)}\r`.repeat(70)}PID|1||A^^^X\r`
  expect([peek(far).kind, peek(far).key]).toEqual(['ADT^A40', undefined])
  expect(() => peek('no message')).toThrow(expect.objectContaining({ code: 'HL7_NOT_A_MESSAGE' }))
})

test('knows a resend by its body, whatever its MSH-7 says', () => {
  const first = receiptIdentity('lab', Buffer.from(`${MSH}\rPID|1||A\r`))
  const resent = receiptIdentity('lab', Buffer.from(`${MSH.replace('20260131', '20260201')}\rPID|1||A\r`))
  const other = receiptIdentity('lab', Buffer.from(`${MSH}\rPID|1||B\r`))
  expect(first).toEqual({
    feed: 'lab',
    sendingApplication: 'LAB^1.2^ISO',
    sendingFacility: 'NORTH',
    messageControlId: 'M1',
    // printf 'PID|1||A\r' | sha256sum
    bodySha256: 'a7a271e612c11331e0913723f5194cd32c5886eba801b994d4d9e94a57cf6f7e'
  })
  expect(resent).toEqual(first)
  expect({ ...other, bodySha256: '' }).toEqual({ ...first, bodySha256: '' })
  expect(other.bodySha256).not.toBe(first.bodySha256)
})

const texts = (bytes: Uint8Array): string[] => splitMessages(bytes).map((part) => Buffer.from(part).toString())

test.each([
  [
    'a batch',
    'FHS|^~\\&|X\rBHS|^~\\&|X\rMSH|1\rPID|1\rMSH|2\rPID|2\rBTS|2\rFTS|1\r',
    ['MSH|1\rPID|1\r', 'MSH|2\rPID|2\r']
  ],
  ['a plain file', 'MSH|1\nPID|1\n\nMSH|2\nPID|2', ['MSH|1\nPID|1\n', 'MSH|2\nPID|2']],
  ['CRLF', 'MSH|1\r\nPID|1\r\nMSH|2\r\n', ['MSH|1\r\nPID|1\r\n', 'MSH|2\r\n']],
  ['stored MLLP blocks', '\x0bMSH|1\rPID|1\r\x1c\r\x0bMSH|2\r\x1c\r', ['MSH|1\rPID|1\r', 'MSH|2\r']],
  ['one message', 'MSH|1\rPID|1', ['MSH|1\rPID|1']],
  ['no message', 'hello', ['hello']],
  ['nothing', ' \r\n', []],
  ['a field that begins with MSH', 'MSH|1\rNTE|1||MSH|x\rMSHX|1\r', ['MSH|1\rNTE|1||MSH|x\rMSHX|1\r']]
])('splits %s', (_, text, parts) => {
  expect(texts(Buffer.from(text))).toEqual(parts)
})

dataTest('reads or refuses by code every HL7 v2 file of the data folder', async () => {
  const folders = ['cdc_reportstream', 'ms_fhir_converter']
  const files = folders.flatMap((folder) =>
    readdirSync(dataPath('hl7v2', folder))
      .filter((file) => file.endsWith('.hl7'))
      .map((file) => ({ file, bytes: readFileSync(dataPath('hl7v2', folder, file)) }))
  )
  // index.csv: 53 files, one of them a batch of two.
  expect(files.length).toBe(53)
  const index = new Map(
    readFileSync(dataPath('hl7v2', 'index.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map((row): [string, string[]] => [row[0]!.split('/')[1]!, row])
  )
  const verdicts: Record<string, number> = {}
  for (const { file, bytes } of files) {
    const parts = splitMessages(bytes)
    const row = index.get(file)!
    expect([file, parts.length]).toEqual([file, Number(row[2])])
    const counts = new Map<string, number>()
    for (const part of parts) {
      const message = parseMessage(part)
      expect([file, message.field('MSH', 9) && message.segments[0]!.raw(9)]).toEqual([file, row[3]])
      for (const { name } of message.segments) counts.set(name, (counts.get(name) ?? 0) + 1)
      const { error } = checkStructure(part, { processingIds: ['P', 'T', 'D'] })
      const verdict = error ? `${error.code} ${error.at}` : 'ok'
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
      expect(peekHl7v2(part, {}).kind.replace('#waveform', '')).toBe(
        [message.type, message.event].filter(Boolean).join('^')
      )
    }
    // Segment counts of the index are an independent reading of the same files (batch segments are ours to strip).
    const expected = new Map(
      row[6]!.split(' ').map((cell): [string, number] => [cell.slice(0, 3), Number(cell.slice(4))])
    )
    for (const name of ['FHS', 'BHS', 'BTS', 'FTS']) expected.delete(name)
    expect([file, Object.fromEntries(counts)]).toEqual([file, Object.fromEntries(expected)])
  }
  // The refused ones leave out MSH-11 (fragments of a converter's own tests), MSH-9.2, or every OBR / ORC; read in the files.
  expect(verdicts).toEqual({
    ok: 25,
    'HL7_FIELD_MISSING MSH-11': 26,
    'HL7_FIELD_MISSING MSH-9.2': 1,
    'HL7_SEGMENT_MISSING OBR': 1,
    'HL7_SEGMENT_MISSING ORC': 1
  })
})
