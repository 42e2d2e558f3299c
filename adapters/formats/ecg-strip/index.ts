import { defineFormat } from '../../../core/format.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { waveformOf } from '../../ecg/channels.ts'
import { ECG_KINDS } from '../../ecg/kinds.ts'
import { ecgLead } from '../../ecg/leads.ts'
import { decodedEcg } from '../../ecg/recording.ts'
import { decodeStrip, MISSING, stripKey } from '../../ecg/strip.ts'

/** A strip that was cut from a live Lead I (docs/handheld.md): one lead, its patient confirmed on the connection. */
export default defineFormat({
  name: 'ecg-strip',
  family: 'ecg',
  mediaTypes: [ECG_KINDS['ecg-strip']],
  accepts: (kind) => kind === 'ecg-strip',
  decode(envelope) {
    const { header, samples } = decodeStrip(envelope.body)
    const { rateHz, scaleUv, startedAt, subject, device, test } = header
    const acquiredAt: ClinicalTime = { instant: startedAt, text: startedAt, precision: 'fraction' }
    const millivolts = Float64Array.from(samples, (step) => (step === MISSING ? Number.NaN : (step * scaleUv) / 1000))
    const lead = ecgLead('I', { resolution: scaleUv / 1000 }, 'samples')
    const decoded = decodedEcg({
      envelope,
      subject,
      recording: { businessKey: stripKey(header, samples.length), ...(device ? { device } : {}) },
      acquiredAt,
      waveforms: [waveformOf([{ lead, millivolts }], { kind: 'rhythm', rateHz, startedAt: acquiredAt }, 'samples')],
      notes: [],
      at: { time: 'startedAt', waveforms: 'samples' }
    })
    return test ? { ...decoded, processingId: 'T' } : decoded
  }
})
