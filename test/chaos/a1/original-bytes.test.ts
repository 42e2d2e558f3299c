import { buildWorld, feedNamed } from '../../../server/pipeline/fixtures/world.ts'
import { parsedAndWritten } from './original-bytes.vulnerable.ts'
import { seenFailing, until } from './seen-failing.ts'

/** What lies on the bus, from where every step reads and a replay takes it. */
const ours = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const world = await buildWorld({ ingest: false, feeds: { lab: feedNamed('lab') } })
  try {
    let kept: Uint8Array | undefined
    await world.bus.subscribe('inbound.hl7v2', 'test', async ({ value }) => {
      kept = value
    })
    await world.intake.accept('lab', { family: 'hl7v2', mediaType: 'x-application/hl7-v2+er7', bytes })
    await until(() => kept !== undefined)
    return kept!
  } finally {
    await world.dispose()
  }
}

/** A1-20b */
seenFailing(
  'a message is kept byte for byte: its letters, time stamps that end in zero seconds, empty fields, line ends',
  { ours, weak: parsedAndWritten },
  async (keep: (bytes: Uint8Array) => Promise<Uint8Array>) => {
    const original = Buffer.from(
      'MSH|^~\\&|L\u00e4bor|NORD|HB|HOSP|20260131120000||ORU^R01^ORU_R01|M1|P|2.3.1||||||8859/1|||\r\nPID|1||7^^^HOSP||M\u00fcller|||||\rOBX|1|NM|K||4.20|||||\r',
      'latin1'
    )
    expect(Buffer.from(await keep(original)).equals(original)).toBe(true)
  }
)
