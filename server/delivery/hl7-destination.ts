import type {
  Device,
  DiagnosticReport,
  Encounter,
  Observation,
  Patient,
  Provenance,
  ServiceRequest
} from '@medplum/fhirtypes'
import { buildOru } from '../../adapters/hl7v2/oru.ts'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import type { ChangeEvent } from '../../core/changes.ts'
import type { Destination, OutboundPayload, Sent } from '../../core/destination.ts'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { LeadingResult } from '../../core/leading-result.ts'
import type { RecordReader } from '../../core/record.ts'
import { answeredOrder, basisOf, EXTENSION, HIS, isLeadingResult, LEADING_SEARCHES } from '../../fhir-profiles/index.ts'
import type { Hl7DestinationConfig } from '../config/schema.ts'
import { type Leading, referenceOf } from '../inference/leading-results.ts'
import { FEED_TAG, hasTag, TAG } from '../record/marks.ts'
import { isNews, versionOf } from './heed.ts'
import { controlIdOf, oruInput } from './oru-input.ts'
import type { Outbox } from './outbox.ts'

export interface Hl7DestinationDeps {
  config: Hl7DestinationConfig
  /** Names of the feeds whose orders are answered here. */
  feeds: readonly string[]
  zone: string
  outbox: Pick<Outbox, 'sentVersions'>
  mayLeave(result: LeadingResult): boolean
}

/** Sends results as ORU^R01 over MLLP to the system that ordered them, and whatever else is put in its queue (ORL). */
export function hl7Destination({ config, feeds, zone, outbox, mayLeave }: Hl7DestinationDeps): Destination {
  const url = new URL(config.address.replace(/^mllp:/, 'http:'))
  if (!config.address.startsWith('mllp://') || !url.port) {
    throw new AppError('CONFIG_INVALID', { at: `destinations ${config.name} address`, reason: 'not-mllp' })
  }
  const connect = () =>
    createMllpClient({
      host: url.hostname,
      port: Number(url.port),
      timeoutMs: config.profile.timeoutMs ?? 10_000
    })
  /** Made when something is sent, and anew after a stop: another process may send meanwhile. */
  let client: ReturnType<typeof connect> | undefined

  return {
    name: config.name,
    async wants(event: ChangeEvent, record: RecordReader): Promise<boolean> {
      if (event.cause.kind !== 'result') return false
      const result = await leadingOf(event, record)
      if (!result || !mayLeave(result)) return false
      if (hasTag(result, TAG.synthetic) && !config.acceptsSynthetic) return false
      const order = await orderOf(result, record)
      const isOthers =
        order && !order.meta?.tag?.some(({ system, code }) => system === FEED_TAG && feeds.includes(code!))
      if (isOthers) return false
      const isWanted = order !== undefined || isUnsolicitedWanted(result, config.profile.unsolicited)
      // What the site keeps out of HL7 v2 goes nowhere new; who had an earlier version still hears that it was taken back,
      // also of a result that has lost what asked for it.
      const matches = isWanted && !hasTag(result, HIS['fhir-only'])
      // A version that only names a visit or a merged person anew says to the laboratory what it knows.
      return isNews({ event, version: result, destination: config.name, matches, outbox, reader: record })
    },

    async build(event: ChangeEvent, record: RecordReader): Promise<OutboundPayload | undefined> {
      const result = await leadingOf(event, record)
      if (!result) return undefined
      const patient = await record.read<Patient>(result.subject?.reference ?? '')
      if (!patient) return undefined
      const report = await reportOf(result, record)
      const { bytes } = buildOru(
        oruInput({
          result,
          conclusion: report?.conclusion,
          members: await membersOf(result, report, record),
          order: await orderOf(result, record),
          patient,
          encounter: result.encounter?.reference ? await record.read<Encounter>(result.encounter.reference) : undefined,
          acquiredAt: await acquiredAt(result, report, record),
          model: await modelOf(result, record),
          profile: config.profile,
          zone
        })
      )
      return { id: controlIdOf(result), mediaType: 'x-application/hl7-v2+er7', bytes }
    },

    async send({ bytes }: OutboundPayload): Promise<Sent> {
      try {
        client ??= connect()
        const { code } = await client.send(bytes)
        if (code === 'AA' || code === 'CA') return { kind: 'delivered' }
        // AE may pass later (design section 4); AR and CR will not.
        return code === 'AE' || code === 'CE'
          ? { kind: 'retry', code: `ACK_${code}` }
          : { kind: 'refused', code: `ACK_${code}` }
      } catch (cause) {
        return { kind: 'retry', code: asAppError(cause, 'DESTINATION_UNREACHABLE').code }
      }
    },

    async stop() {
      const open = client
      client = undefined
      await open?.close()
    }
  }
}

/** Of what nobody ordered all, or only what a laboratory result asked for; never a refusal. */
function isUnsolicitedWanted(result: Leading, policy: Hl7DestinationConfig['profile']['unsolicited']): boolean {
  if (!policy || result.status === 'cancelled') return false
  return policy === true || (result.resourceType === 'RiskAssessment' && (result.reasonReference?.length ?? 0) > 0)
}

async function leadingOf(event: ChangeEvent, record: RecordReader): Promise<Leading | undefined> {
  if (!LEADING_SEARCHES.some(({ resourceType }) => resourceType === event.resourceType)) return undefined
  const version = await record.read<Leading>(versionOf(event))
  return isLeadingResult(version) ? version : undefined
}

async function orderOf(result: Leading, record: RecordReader): Promise<ServiceRequest | undefined> {
  const order = answeredOrder(result)
  return order ? record.read<ServiceRequest>(order) : undefined
}

async function membersOf(
  result: Leading,
  report: DiagnosticReport | undefined,
  record: RecordReader
): Promise<Observation[]> {
  const members = (result.resourceType === 'Observation' ? result.hasMember : report?.result) ?? []
  const read = await Promise.all(members.map(({ reference }) => record.read<Observation>(reference ?? '')))
  return read.filter((member) => member !== undefined)
}

/** When the tracing was acquired; of a result about a whole stay, the end of the hours that it looked at. */
async function acquiredAt(
  result: Leading,
  report: DiagnosticReport | undefined,
  record: RecordReader
): Promise<string | undefined> {
  if (report?.effectiveDateTime) return report.effectiveDateTime
  const tracing = basisOf(result).find((reference) => reference.startsWith('Observation/'))
  return tracing ? (await record.read<Observation>(tracing))?.effectiveDateTime : undefined
}

async function reportOf(result: Leading, record: RecordReader): Promise<DiagnosticReport | undefined> {
  if (result.resourceType === 'Observation') {
    const [report] = await record.search<DiagnosticReport>(`DiagnosticReport?result=Observation/${result.id}&_count=1`)
    return report
  }
  const reports = await record.search<DiagnosticReport>(
    `DiagnosticReport?patient=${result.subject.reference}&_sort=-_lastUpdated&_count=100`
  )
  return reports.find(({ extension }) =>
    extension?.some(
      ({ url, valueReference }) =>
        url === EXTENSION.reportRisk && valueReference?.reference?.startsWith(`RiskAssessment/${result.id}`)
    )
  )
}

/** Name and version as the Device of the result states them. */
async function modelOf(result: Leading, record: RecordReader): Promise<{ name: string; version: string }> {
  const named = result.resourceType === 'RiskAssessment' ? result.performer : result.device
  const reference = named?.reference ?? (await provenanceDevice(result, record))
  const device = reference ? await record.read<Device>(reference) : undefined
  return {
    name: device?.deviceName?.[0]?.name ?? device?.modelNumber ?? 'unknown',
    version: device?.version?.[0]?.value ?? 'unknown'
  }
}

async function provenanceDevice(result: Leading, record: RecordReader): Promise<string | undefined> {
  const [provenance] = await record.search<Provenance>(`Provenance?target=${referenceOf(result)}&_count=1`)
  return provenance?.agent.find(({ who }) => who.reference?.startsWith('Device/'))?.who.reference
}
