import type { Consent, ConsentProvision } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../../core/record.ts'
import type { SiteCode } from '../policy.ts'
import { hasAny } from './codes.ts'

const COUNT = 50
/** Provisions within provisions that are looked at. */
const MAX_DEPTH = 4

/**
 * Whether the person does not want this: an active Consent whose category, or a provision's action, purpose or code, is one
 * of the site's codes, and which denies at `at` (ISO instant).
 */
export async function isDenied(
  patient: string,
  at: string,
  record: RecordReader,
  codes: readonly SiteCode[]
): Promise<boolean> {
  if (codes.length === 0) return false
  const consents = await record.search<Consent>(`Consent?patient=${patient}&status=active&_count=${COUNT}`)
  return consents.some((consent) => {
    const isAbout = hasAny(consent.category ?? [], codes)
    return consent.provision !== undefined && denies(consent.provision, { codes, at, isAbout, depth: 0 })
  })
}

interface Asked {
  codes: readonly SiteCode[]
  at: string
  /** What stands around it is about this use already. */
  isAbout: boolean
  depth: number
}

/** The innermost provision that is about this use and holds at that time decides (R4 Consent: exceptions within rules). */
function denies(provision: ConsentProvision, { codes, at, isAbout, depth }: Asked): boolean {
  if (!holdsAt(provision, at)) return false
  const own = isAbout || names(provision, codes)
  const inner = depth >= MAX_DEPTH ? [] : (provision.provision ?? [])
  // An exception for another purpose says nothing of this one.
  const about = inner.filter(
    (one) => one.type !== undefined && holdsAt(one, at) && (names(one, codes) || (own && namesNothing(one)))
  )
  if (about.length > 0) return about.some((one) => denies(one, { codes, at, isAbout: own, depth: depth + 1 }))
  return own && provision.type === 'deny'
}

const names = ({ action, purpose, code }: ConsentProvision, codes: readonly SiteCode[]): boolean =>
  hasAny([...(action ?? []), ...(code ?? []), ...(purpose ? [{ coding: purpose }] : [])], codes)

const namesNothing = ({ action, purpose, code }: ConsentProvision): boolean =>
  [action, purpose, code].every((list) => list === undefined || list.length === 0)

function holdsAt({ period }: ConsentProvision, at: string): boolean {
  const instant = Date.parse(at)
  const [start, end] = [Date.parse(period?.start ?? ''), Date.parse(period?.end ?? '')]
  return !(start > instant) && !(end < instant)
}
