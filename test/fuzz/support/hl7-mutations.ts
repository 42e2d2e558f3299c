import type { Random } from './random.ts'

/** Values that parsers, numbers, dates and maps trip over. */
const VALUES = [
  '',
  '""',
  '0',
  '-1',
  '1e400',
  '-0',
  'NaN',
  'Infinity',
  '99999999999999999999',
  '0.30000000000000000004',
  '1.',
  '.',
  '20261399999999',
  '00000000',
  '20260329023000',
  '9999',
  '20260310081500.123456789+9999',
  '__proto__',
  'constructor',
  'toString',
  '../../../../etc/passwd',
  "'; DROP TABLE messages; --",
  '<script>alert(1)</script>',
  '\\X0B\\',
  '\\X1C0D\\',
  '\\X',
  '\\',
  '\\\\\\',
  '\\.br\\'.repeat(50),
  '\\Cxxyy\\\\Mxxyyzz\\',
  '\u2028',
  '\u202eevil',
  '\u0000',
  '\ud800',
  'é',
  '1^2&3~4^5',
  '<5.5',
  '>=',
  'a'.repeat(300),
  'n'.repeat(70_000)
]

const CHARSETS = [
  'UNICODE UTF-8',
  'ASCII',
  '8859/1',
  '8859/15',
  'GB 18030-2000',
  'SHIFT_JIS',
  'ISO IR87',
  'ASCII~ISO IR87',
  'KS X 1001',
  'BIG-5',
  'UTF-16',
  'x'.repeat(100),
  '~'.repeat(1000)
]
/** Bytes that are wrong in most sets: overlong forms, lone surrogates, cut sequences, ISO 2022 shifts. */
const ODD_BYTES = [
  [0xc0, 0xaf],
  [0xe0, 0x80, 0xaf],
  [0xf0, 0x80, 0x80, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xed, 0xb0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xff, 0xfe],
  [0xc3],
  [0x81],
  [0x81, 0x7c],
  [0x83, 0x5c],
  [0x81, 0x30, 0x81],
  [0x1b, 0x24, 0x42],
  [0x1b, 0x24, 0x42, 0x25],
  [0x1b, 0x28],
  [0x1b, 0x28, 0x42],
  [0x8e, 0xa1]
]

const TYPES = [
  'ADT^A01',
  'ADT^A40',
  'ADT^A99',
  'ORU^R01',
  'ORU^W01',
  'OML^O21',
  'ORM^O01',
  'ACK',
  'QRY^A19',
  '^',
  'ORU'
]

type Message = string[][]
type Mutation = (message: Message, random: Random) => void

const segment = (message: Message, random: Random): string[] =>
  message[1 + random.below(message.length - 1)] ?? message[0]!
const field = (fields: string[], random: Random): number => 1 + random.below(Math.max(1, fields.length - 1))

/** On segments and fields of a valid message; the first segment is MSH, whose field n stands at index n - 1. */
const MUTATIONS: readonly Mutation[] = [
  function setField(message, random) {
    const fields = segment(message, random)
    fields[field(fields, random)] = random.pick(VALUES)
  },
  function setComponent(message, random) {
    const fields = segment(message, random)
    const at = field(fields, random)
    const components = (fields[at] ?? '').split('^')
    components[random.below(components.length)] = random.pick(VALUES)
    fields[at] = components.join('^')
  },
  function setHeader(message, random) {
    message[0]![1 + random.below(20)] = random.pick(VALUES)
  },
  function setType(message, random) {
    message[0]![8] = random.pick(TYPES)
  },
  function setCharset(message, random) {
    const header = message[0]!
    while (header.length < 18) header.push('')
    header[17] = random.pick(CHARSETS)
  },
  function setModes(message, random) {
    const header = message[0]!
    while (header.length < 16) header.push('')
    header[14] = random.pick(['', 'AL', 'NE', 'ER', 'SU', 'X'])
    header[15] = random.pick(['', 'AL', 'NE', 'ER', 'SU', 'X'])
  },
  function dropSegment(message, random) {
    if (message.length > 1) message.splice(1 + random.below(message.length - 1), 1)
  },
  function doubleSegment(message, random) {
    const copy = segment(message, random)
    for (let n = random.count(100); n > 0; n--) message.splice(1 + random.below(message.length), 0, [...copy])
  },
  function swapSegments(message, random) {
    message.push(...message.splice(1 + random.below(message.length), 1))
  },
  function renameSegment(message, random) {
    segment(message, random)[0] = random.pick(['ZZZ', 'MSH', 'BHS', 'P', 'obx', 'PIDX', '', 'MRG', 'SPM', 'OBX', 'ORC'])
  },
  function repeatField(message, random) {
    const fields = segment(message, random)
    const at = field(fields, random)
    const many = random.chance(0.05) ? 100_000 : 1 + random.below(200)
    fields[at] = Array<string>(many)
      .fill(fields[at] ?? '')
      .join('~')
      .slice(0, 2_000_000)
  },
  function manyComponents(message, random) {
    const fields = segment(message, random)
    const many = random.chance(0.1) ? 10_000 : 1 + random.below(200)
    fields[field(fields, random)] = random.pick(['^', '&', '~', '\\', '|']).repeat(many)
  },
  function wideSegment(message, random) {
    segment(message, random).push(...Array<string>(random.chance(0.1) ? 50_000 : 1 + random.below(300)).fill('x'))
  }
]

/** A valid message after some changes of its grammar and, now and then, of its bytes and delimiters. */
export function mutateHl7(text: string, controlId: string, random: Random): Buffer {
  const message = text
    .split(/[\r\n]+/)
    .filter(Boolean)
    .map((line) => line.split('|'))
  message[0]![9] = controlId
  // Over many patients, visits and orders: else all that is seen is that the same number belongs to somebody else.
  const own = (number: string): string => `${number}${random.chance(0.9) ? controlId : ''}`
  for (const fields of message) {
    if (fields[0] === 'PID') fields[3] = `FZ${random.below(2000)}^^^HOSP^MR`
    if (fields[0] === 'MRG') fields[1] = `FZ${random.below(2000)}^^^HOSP^MR`
    for (const at of fields[0] === 'OBR' || fields[0] === 'ORC' ? [2, 3] : fields[0] === 'PV1' ? [19] : []) {
      if (fields[at]) fields[at] = fields[at].replace(/^[A-Za-z0-9-]+/, own)
    }
  }
  if (!random.chance(0.05)) for (let n = random.count(5); n > 0; n--) random.pick(MUTATIONS)(message, random)
  let lines = message.map((fields) => fields.join('|')).join(random.chance(0.05) ? '\n' : '\r')
  if (random.chance(0.05))
    lines = lines.replaceAll('|', random.pick(['#', '^', 'a', '\t'])).replaceAll('^', random.pick(['!', '^', '~']))
  if (random.chance(0.05)) lines = lines.slice(0, random.below(lines.length))
  const bytes = Buffer.from(`${lines}\r`, 'utf8')
  if (!random.chance(0.2)) return bytes
  const at = random.below(bytes.length)
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(ODD_BYTES)), bytes.subarray(at)])
}
