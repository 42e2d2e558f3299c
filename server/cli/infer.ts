import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { peekEcg } from '../../adapters/ecg/peek.ts'
import { recogniseEcg } from '../../adapters/ecg/recognise.ts'
import { peekFhir } from '../../adapters/formats/fhir-bundle/peek.ts'
import { peekHl7v2 } from '../../adapters/hl7v2/peek.ts'
import { systemClock } from '../../core/clock.ts'
import type { Envelope, Family, PeekFn } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FeedFacts } from '../../core/format.ts'
import { sha256 } from '../../core/ids.ts'
import { peekDicom } from '../../dicom/peek.ts'
import { FORMATS_DIR } from '../app/discover.ts'
import { inferFile } from '../inference/infer-file.ts'
import { type Recording, readWfdbFiles } from '../inference/recording.ts'
import { loadFormats } from '../pipeline/formats.ts'
import { type Command, parseArgs, UsageError } from './command.ts'
import { withModule } from './module-runtime.ts'

export const infer: Command = {
  name: 'infer',
  usage: 'infer <module> <file>',
  summary:
    'run one module on one recording (WFDB header, DICOM, HL7 v2, FHIR) and print the FHIR bundle; nothing is stored',
  async run(args) {
    const { positional } = parseArgs(args, { flags: ['json'] })
    const [id, file, ...more] = positional
    if (!file || more.length > 0) throw new UsageError('name a module and one file')
    return withModule(id, async (module, runtime, policy) => {
      const bundle = await inferFile(module, await readRecording(file), { runtime, clock: systemClock, policy })
      process.stdout.write(`${JSON.stringify(bundle, null, 2)}\n`)
      return 0
    })
  }
}

const FEED: FeedFacts = { name: 'file', defaultAuthority: 'FILE', zone: 'UTC', codeMap: {}, options: {} }

/** A recording of any format that the server reads; WFDB is read from its .hea and .dat. */
async function readRecording(file: string): Promise<Recording> {
  if (file.endsWith('.hea')) return readWfdbFiles([file, file.replace(/\.hea$/, '.dat')])
  const body = readFileSync(file)
  const [family, peek] = familyOf(body)
  const { kind, correlation } = peek(body, {})
  const formats = await loadFormats(FORMATS_DIR)
  const envelope: Envelope = {
    id: basename(file),
    feed: FEED.name,
    family,
    kind,
    correlation,
    body,
    mediaType: 'application/octet-stream',
    receivedAt: systemClock.now().toISOString()
  }
  const decoded = await formats.find(family, kind).decode(envelope, FEED)
  const group = decoded.groups.find(({ waveforms }) => waveforms.length > 0)
  const recording = group?.waveforms[0]
  const waveform = recording?.waveforms.find((one) => one.kind === 'rhythm') ?? recording?.waveforms[0]
  if (!recording || !waveform) throw new AppError('BAD_REQUEST', { reason: 'no-waveform-in-file' })
  return {
    waveform: { ...waveform, startedAt: recording.acquiredAt },
    age: ageAt(group?.subject?.birthDate, recording.acquiredAt.instant),
    sex: group?.subject?.sex,
    sha256: sha256(body)
  }
}

function familyOf(body: Buffer): [Family, PeekFn] {
  if (body.toString('latin1', 128, 132) === 'DICM') return ['dicom', peekDicom]
  if (recogniseEcg(body)) return ['ecg', peekEcg]
  if (/^\s*\{/.test(body.toString('utf8', 0, 64))) return ['fhir', peekFhir]
  return ['hl7v2', peekHl7v2]
}

function ageAt(birthDate: string | undefined, instant: string | undefined): number | undefined {
  if (!birthDate || !instant) return undefined
  return Math.floor((Date.parse(instant) - Date.parse(birthDate)) / (365.25 * 24 * 3600 * 1000))
}
