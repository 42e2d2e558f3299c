import type { Decoded } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat, type FeedFacts } from '../../../core/format.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { decodedEcg, recordingKey } from '../../ecg/recording.ts'
import { isHealForce, readHealForceRecord, readHealForceWaveform } from './dialects/heal-force.ts'
import { type Header, readHeader } from './header.ts'
import { readRecord, type ScpRecord } from './record.ts'
import { readFields } from './sections/section-1.ts'
import { readStated } from './stated.ts'
import { readWaveforms } from './waveforms.ts'

/** SCP-ECG: EN 1064, ISO 11073-91064. */
export default defineFormat({
  name: 'scp-ecg',
  family: 'ecg',
  mediaTypes: ['application/x-scp-ecg'],
  options: ['scpChecksums', 'healForceLeads'],
  accepts: (kind) => kind === 'scp-ecg',
  decode(envelope, feed) {
    const { body } = envelope
    const notes: Decoded['notes'] = []
    const { record, header, waveforms } = isHealForce(body)
      ? decodeHealForce(body, feed, notes)
      : decodeStandard(body, feed, notes)
    return decodedEcg({
      envelope,
      subject: header.subject,
      recording: {
        businessKey: recordingKey('scp-ecg', record.bytes),
        ...readStated(record, header.charset, notes),
        device: header.device
      },
      acquiredAt: header.acquiredAt,
      waveforms,
      notes,
      at: { time: 'section 1 tag 25', waveforms: 'section 6' }
    })
  }
})

interface Read {
  record: ScpRecord
  header: Header
  waveforms: Waveform[]
}

function decodeStandard(body: Uint8Array, feed: FeedFacts, notes: Decoded['notes']): Read {
  const record = readRecord(body, { checksums: feed.options.scpChecksums === 'note' ? 'note' : 'require' }, notes)
  const header = readHeader(fieldsOf(record), { zone: feed.zone, notes })
  const { acquiredAt: startedAt, filters } = header
  return { record, header, waveforms: readWaveforms(record, { startedAt, filters }) }
}

function decodeHealForce(body: Uint8Array, feed: FeedFacts, notes: Decoded['notes']): Read {
  const record = readHealForceRecord(body, notes)
  const header = readHeader(fieldsOf(record), { zone: feed.zone, notes, yearBytes: 'big' })
  const { healForceLeads } = feed.options
  const leads = Array.isArray(healForceLeads) ? healForceLeads.map(String) : undefined
  const device = { manufacturer: 'Heal Force', ...header.device }
  const waveform = readHealForceWaveform(record, { startedAt: header.acquiredAt, leads })
  return { record, header: { ...header, device }, waveforms: [waveform] }
}

function fieldsOf({ sections }: ScpRecord) {
  const content = sections.get(1)?.content
  if (!content) throw new AppError('DECODE_FAILED', { at: 'section 1', reason: 'absent' })
  return readFields(content)
}
