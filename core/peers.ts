import type { Server, Socket } from 'node:net'
import { type AddressRanges, readAddressRanges } from './address-ranges.ts'
import { AppError } from './errors/app-error.ts'

/** Who may send to a feed. What is given has to hold, all of it; what is absent is not asked. */
export interface PeerRules {
  /** Addresses and CIDR ranges that connections come from. */
  addresses?: string[]
  /**
   * Certificates, of those that the feed's `tls.ca` has signed: a subject CN ('cart-7'), a subject alternative name
   * ('DNS:cart-7.example', 'IP:10.1.2.3'), or a SHA-256 fingerprint ('sha256:AB:CD:...').
   */
  clientCertificates?: string[]
  /**
   * Calling AE titles, alone or bound to the addresses they call from. A title is what a peer says of itself: it sorts
   * friends, it does not keep strangers out.
   */
  callingAeTitles?: (string | { title: string; addresses: string[] })[]
}

export type PeerRule = keyof PeerRules
export type PeerRefusal = 'address' | 'certificate' | 'ae-title'

/** What of a TLS peer's certificate is looked at (as node:tls gives it). */
export interface Certificate {
  subject?: { CN?: string | string[] }
  subjectaltname?: string
  fingerprint256?: string
}

/** The rules of a feed, ready to ask. */
export interface PeerPolicy {
  /** The kinds of rule that were given. */
  readonly asks: readonly PeerRule[]
  admitsAddress(address: string | undefined): boolean
  /** Only for a certificate whose chain TLS itself has verified. */
  admitsCertificate(certificate: Certificate | undefined): boolean
  admitsAeTitle(title: string, address: string | undefined): boolean
}

/** @throws AppError CONFIG_INVALID with the position */
export function readPeers(raw: unknown, at: string): PeerPolicy {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw invalid(at, 'not-an-object')
  const { addresses, clientCertificates, callingAeTitles, ...rest } = raw as Record<string, unknown>
  const unknown = Object.keys(rest)[0]
  if (unknown !== undefined) throw invalid(`${at}.${unknown}`, 'unknown-key')
  const asks = (['addresses', 'clientCertificates', 'callingAeTitles'] as const).filter((rule) => rule in raw)
  // An empty set of rules would look like a policy and be none.
  if (asks.length === 0) throw invalid(at, 'empty')
  const ranges = addresses === undefined ? undefined : readAddressRanges(addresses, `${at}.addresses`)
  const certificates = list(clientCertificates, `${at}.clientCertificates`)?.map(readCertificateRule)
  const titles = list(callingAeTitles, `${at}.callingAeTitles`)?.map(readTitleRule)
  return {
    asks,
    admitsAddress: (address) => !ranges || ranges.has(address),
    admitsCertificate(certificate) {
      if (!certificates) return true
      const names = namesOf(certificate)
      return certificates.some((rule) => names.includes(rule))
    },
    admitsAeTitle(title, address) {
      if (!titles) return true
      return titles.some((rule) => rule.title === title && (!rule.ranges || rule.ranges.has(address)))
    }
  }
}

/**
 * Ends connections from addresses that the policy does not admit before anybody listens to them, TLS included.
 * Call it before `listen`; whoever serves the server's connections has to pass over those that are destroyed.
 */
export function refuseStrangers(server: Server, policy: PeerPolicy, refused: () => void): void {
  server.prependListener('connection', (socket: Socket) => {
    if (policy.admitsAddress(socket.remoteAddress)) return
    socket.destroy()
    refused()
  })
}

function list(value: unknown, at: string): [unknown, string][] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length === 0) throw invalid(at, 'not-a-list')
  return value.map((item: unknown, i) => [item, `${at}[${i}]`])
}

/** One spelling for each name: 'CN:', 'DNS:', 'IP:' or 'sha256:' in front. */
function readCertificateRule([value, at]: [unknown, string]): string {
  if (typeof value !== 'string' || value.trim() === '') throw invalid(at, 'value')
  const [, kind, name = ''] = /^(DNS|IP|sha256):(.+)$/.exec(value) ?? []
  if (kind === 'DNS') return `DNS:${name.toLowerCase()}`
  if (kind === 'IP') return `IP:${name}`
  if (kind === undefined) return `CN:${value}`
  const digits = name.replace(/:/g, '').toUpperCase()
  if (!/^[0-9A-F]{64}$/.test(digits)) throw invalid(at, 'fingerprint')
  return `sha256:${digits}`
}

function readTitleRule([value, at]: [unknown, string]): { title: string; ranges?: AddressRanges } {
  if (typeof value === 'string') return { title: aeTitle(value, at) }
  if (typeof value !== 'object' || value === null) throw invalid(at, 'value')
  const { title, addresses, ...rest } = value as Record<string, unknown>
  if (Object.keys(rest).length > 0) throw invalid(at, 'unknown-key')
  return { title: aeTitle(title, `${at}.title`), ranges: readAddressRanges(addresses, `${at}.addresses`) }
}

/** PS3.5 6.2, AE: up to 16 characters, leading and trailing spaces without meaning. */
function aeTitle(value: unknown, at: string): string {
  if (
    typeof value !== 'string' ||
    !/^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/.test(value)
  )
    throw invalid(at, 'ae-title')
  return value
}

/** Node quotes a name that holds a comma or a quote, so that it cannot pass for two. */
const ALTERNATIVE = /(?:^|, )(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/g

function namesOf(certificate: Certificate | undefined): string[] {
  const { subject, subjectaltname = '', fingerprint256 } = certificate ?? {}
  return [
    ...(typeof subject?.CN === 'string' ? [`CN:${subject.CN}`] : []),
    ...[...subjectaltname.matchAll(ALTERNATIVE)].map(([, kind, name = '']) =>
      kind === 'DNS' ? `DNS:${name.toLowerCase()}` : `IP:${name}`
    ),
    ...(fingerprint256 ? [`sha256:${fingerprint256.replace(/:/g, '').toUpperCase()}`] : [])
  ]
}

const invalid = (at: string, reason: string): AppError => new AppError('CONFIG_INVALID', { at, reason })
