import { AppError } from '../../../core/errors/app-error.ts'
import { ECG_SOP_CLASSES, isUid, MR_SOP_CLASSES } from '../../../dicom/uids.ts'
import { isServerTls, type ServerTls } from '../../server-tls.ts'

/** Options of a feed with transport `dimse`. */
export interface DimseOptions {
  /** 0: a free port. */
  port: number
  host: string
  aeTitle: string
  /** Absent: every calling AE title is taken. */
  allowedCallingAeTitles?: string[]
  /** SOP classes offered; default: what the formats dicom-waveform and dicom-cmr read. */
  sopClasses: string[]
  maxObjectBytes: number
  maxAssociations: number
  idleTimeoutMs: number
  tls?: ServerTls
}

const AE_TITLE = /^[\x20-\x5b\x5d-\x7e]{1,16}$/

/** @throws AppError CONFIG_INVALID at the option */
export function readOptions(raw: Record<string, unknown>): DimseOptions {
  const known = ['port', 'host', 'aeTitle', 'allowedCallingAeTitles', 'sopClasses', 'maxObjectBytes', 'maxAssociations']
  // seriesTimeoutMs belongs to the format dicom-cmr, which reads the same options.
  const unknown = Object.keys(raw).find((key) => ![...known, 'idleTimeoutMs', 'tls', 'seriesTimeoutMs'].includes(key))
  if (unknown !== undefined) throw invalid('unknown-key')
  const aeTitle = raw.aeTitle ?? 'HISBUNDLE'
  const host = raw.host ?? '127.0.0.1'
  if (typeof aeTitle !== 'string' || !AE_TITLE.test(aeTitle)) throw invalid('aeTitle')
  if (typeof host !== 'string' || host === '') throw invalid('host')
  return {
    port: integer(raw.port ?? 11112, 'port', 0, 65_535),
    host,
    aeTitle,
    allowedCallingAeTitles: texts(raw.allowedCallingAeTitles, 'allowedCallingAeTitles', (text) => AE_TITLE.test(text)),
    sopClasses: texts(raw.sopClasses, 'sopClasses', isUid) ?? [...ECG_SOP_CLASSES, ...MR_SOP_CLASSES],
    maxObjectBytes: integer(raw.maxObjectBytes ?? 256 * 1024 * 1024, 'maxObjectBytes', 1, 2 ** 31 - 1),
    maxAssociations: integer(raw.maxAssociations ?? 32, 'maxAssociations', 1, 10_000),
    idleTimeoutMs: integer(raw.idleTimeoutMs ?? 60_000, 'idleTimeoutMs', 1, 86_400_000),
    tls: tls(raw.tls)
  }
}

function integer(value: unknown, at: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) throw invalid(at)
  return value
}

function texts(value: unknown, at: string, isValid: (text: string) => boolean): string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string' && isValid(item))) throw invalid(at)
  return value
}

function tls(value: unknown): ServerTls | undefined {
  if (value === undefined) return undefined
  if (!isServerTls(value)) throw invalid('tls')
  return value
}

const invalid = (at: string): AppError => new AppError('CONFIG_INVALID', { at: `options.${at}` })
