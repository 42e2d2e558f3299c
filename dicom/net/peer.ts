import type { ConnectionOptions } from 'node:tls'
import { AppError } from '../../core/errors/app-error.ts'

/** A DICOM application entity to connect to. */
export interface DicomPeer {
  host: string
  port: number
  callingAeTitle: string
  calledAeTitle: string
  tls?: ConnectionOptions
}

const AE_TITLE = /^[\x20-\x5b\x5d-\x7e]{1,16}$/

/**
 * 'dicom://CALLING@host:port/CALLED' (design section 7). Defaults: calling HISBUNDLE, port 104, called ANY-SCP; 'dicoms:' is TLS.
 * @throws AppError CONFIG_INVALID (at address)
 */
export function parseDicomAddress(address: string): DicomPeer {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || (url.protocol !== 'dicom:' && url.protocol !== 'dicoms:') || url.hostname === '') {
    throw new AppError('CONFIG_INVALID', { at: 'address' })
  }
  const peer: DicomPeer = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 104 : Number(url.port),
    callingAeTitle: decodeURIComponent(url.username) || 'HISBUNDLE',
    calledAeTitle: decodeURIComponent(url.pathname.slice(1)) || 'ANY-SCP',
    ...(url.protocol === 'dicoms:' ? { tls: {} } : {})
  }
  if (!AE_TITLE.test(peer.callingAeTitle) || !AE_TITLE.test(peer.calledAeTitle)) {
    throw new AppError('CONFIG_INVALID', { at: 'address', reason: 'ae-title' })
  }
  return peer
}
