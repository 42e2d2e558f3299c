import type { Patient } from '@medplum/fhirtypes'
import type { Lead, Waveform } from '../../../core/waveform.ts'
import { ageAt, type Ecg } from '../../record/ecg.ts'
import { hasTag, statedPaced } from '../../record/reading.ts'
import type { EcgomicsFindings, EcgomicsInput } from './types.ts'

/** A stored ECG as input of `run`. */
export function inputOf(ecg: Ecg, waveform: Waveform): EcgomicsInput {
  const { observation, person, acquiredAt } = ecg
  return inputFrom({
    waveform,
    acquiredAt,
    age: ageAt(person?.birthDate, acquiredAt),
    sex: person?.gender,
    paced: statedPaced(observation),
    header: {
      ...(person ? headerOf(person) : {}),
      ...(observation.device?.display ? { device: observation.device.display } : {}),
      ...(hasTag(observation, 'synthetic') ? { synthetic: true } : {})
    }
  })
}

interface Recording {
  waveform?: Waveform
  age?: number
  sex?: string
  acquiredAt?: string
  paced?: boolean
  header?: EcgomicsInput['header']
}

/** One decoded recording as input of `run`, for the record, `evaluate`, `infer` and `export`. */
export function inputFrom({ waveform, age, sex, acquiredAt, paced, header }: Recording): EcgomicsInput {
  const leads = ecgLeads(waveform)
  const filters = leads[0]?.lead.filters
  const at = acquiredAt ?? waveform?.startedAt?.instant
  return {
    rateHz: waveform?.rateHz ?? 0,
    leads: leads.map(({ lead, samples }) => ({
      name: lead.name,
      ...(lead.mdc === undefined ? {} : { mdc: lead.mdc }),
      samples,
      ...(lead.resolution > 0 ? { resolution: lead.resolution } : {}),
      ...(lead.derived ? { derived: true } : {}),
      ...(lead.unit === 'mV' ? {} : { unit: lead.unit })
    })),
    ...(filters ? { filters } : {}),
    ...(at ? { acquiredAt: at } : {}),
    ...(age === undefined ? {} : { age }),
    ...(isSex(sex) ? { sex } : {}),
    ...(paced ? { paced } : {}),
    ...(header && Object.keys(header).length > 0 ? { header } : {})
  }
}

/** ECG leads outside the lead table, in mV: modified, EASI, posterior, right-sided and orthogonal ones. */
const OTHER_LEADS = /^(mli{1,3}|mcl\d?|c[cms]\d|[ea]s|ai|v[7-9]|v\dr|[xyz]|e[ck]g.*)$/i

/**
 * Channels that are ECG: those of the lead table and other ECG leads by their name; where none is, every one in millivolts;
 * where none is either, all.
 */
function ecgLeads(waveform: Waveform | undefined): { lead: Lead; samples: Float64Array }[] {
  const all = (waveform?.leads ?? []).map((lead, i) => ({ lead, samples: waveform!.samples[i]! }))
  const known = all.filter(({ lead }) => lead.mdc !== undefined || (lead.unit === 'mV' && OTHER_LEADS.test(lead.name)))
  if (known.length > 0) return known
  const inMillivolts = all.filter(({ lead }) => lead.unit === 'mV')
  return inMillivolts.length > 0 ? inMillivolts : all
}

const isSex = (sex: string | undefined): sex is NonNullable<EcgomicsInput['sex']> =>
  sex === 'male' || sex === 'female' || sex === 'other' || sex === 'unknown'

/** What the paper says about the person. */
function headerOf({ name, identifier, birthDate }: Patient): NonNullable<EcgomicsInput['header']> {
  const { family, given } = name?.[0] ?? {}
  const patient = [family, given?.join(' ')].filter(Boolean).join(', ')
  const number = identifier?.find(({ type }) => type?.coding?.some(({ code }) => code === 'MR')) ?? identifier?.[0]
  return {
    ...(patient ? { patient } : {}),
    ...(number?.value ? { identifier: number.value } : {}),
    ...(birthDate ? { birthDate } : {})
  }
}

/** A module that measures has no score; only whether it refused. */
export const scores = (findings: EcgomicsFindings): { refused: string } | Record<string, number> =>
  findings.kind === 'refused' ? { refused: findings.code } : {}
