import { readFileSync } from 'node:fs'
import type { TlsOptions } from 'node:tls'
import { AppError } from '../core/errors/app-error.ts'
import type { PeerPolicy } from '../core/peers.ts'

/** TLS of a listener: PEM texts or file names. */
export interface ServerTls {
  cert: string
  key: string
  /** Who signs the certificates of clients. */
  ca?: string
  /** Ask clients for a certificate and refuse those without one that `ca` signed. */
  requestCert?: boolean
  /** Default TLSv1.2. */
  minVersion?: 'TLSv1.2' | 'TLSv1.3'
}

const KEYS = ['cert', 'key', 'ca', 'requestCert', 'minVersion']

/** Whether the value has the form of `tls`; files are read by `readServerTls`. */
export function isServerTls(value: unknown): value is ServerTls {
  if (typeof value !== 'object' || value === null) return false
  const tls = value as Record<string, unknown>
  const isText = (text: unknown): boolean => typeof text === 'string' && text !== ''
  return (
    Object.keys(tls).every((key) => KEYS.includes(key)) &&
    isText(tls.cert) &&
    isText(tls.key) &&
    (tls.ca === undefined || isText(tls.ca)) &&
    (tls.requestCert === undefined || typeof tls.requestCert === 'boolean') &&
    [undefined, 'TLSv1.2', 'TLSv1.3'].includes(tls.minVersion as string | undefined)
  )
}

/**
 * Options of `tls.createServer`. Where the feed names client certificates they are asked for, whether `requestCert` says so or not;
 * asked for, a certificate is verified against `ca`, without which Node would take one from any public authority.
 * @param at position of `tls` in the configuration
 * @throws AppError CONFIG_INVALID when a file cannot be read, or clients' certificates are asked for without `ca`
 */
export function readServerTls(tls: ServerTls, at: string, peers?: PeerPolicy): TlsOptions {
  const asks = tls.requestCert === true || peers?.asks.includes('clientCertificates') === true
  if (asks && !tls.ca) throw new AppError('CONFIG_INVALID', { at: `${at}.ca`, reason: 'required' })
  return {
    cert: readPem(tls.cert, `${at}.cert`),
    key: readPem(tls.key, `${at}.key`),
    ...(tls.ca ? { ca: readPem(tls.ca, `${at}.ca`) } : {}),
    requestCert: asks,
    rejectUnauthorized: asks,
    minVersion: tls.minVersion ?? 'TLSv1.2'
  }
}

/** @throws AppError CONFIG_INVALID for client certificates without TLS, which nobody would ever be asked for */
export function checkPeersTls(tls: unknown, peers: PeerPolicy | undefined, at: string): void {
  if (peers?.asks.includes('clientCertificates') && !tls) {
    throw new AppError('CONFIG_INVALID', { at, reason: 'client-certificates-need-tls' })
  }
}

/** Whether a handshake failed because the peer's certificate was missing or not one that `ca` signed. */
export function isCertificateFault(error: unknown): boolean {
  const { code = '' } = error as { code?: string }
  return /CERT|SIGNATURE|ISSUER|CHAIN/.test(code)
}

function readPem(text: string, at: string): string {
  if (text.startsWith('-----BEGIN')) return text
  try {
    return readFileSync(text, 'utf8')
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { at, reason: 'file', cause })
  }
}
