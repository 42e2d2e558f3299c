import type { AppError } from './app-error.ts'

/** HTTP status of a coded error. */
export const toHttpStatus = (error: AppError): number => error.row.http

/** DIMSE status of a coded error (PS3.7 annex C, PS3.4 B.2.3): A7xx out of resources, A9xx mismatch, Cxxx cannot understand. */
export const toDimseStatus = (error: AppError): number => error.row.dimse

/** HL7 table 0008 code of a coded error: original mode AE / AR, enhanced accept mode CE / CR. */
export const toAckCode = (error: AppError, mode: 'original' | 'enhanced' = 'original'): 'AE' | 'AR' | 'CE' | 'CR' =>
  mode === 'original' ? error.row.ack : error.row.ack === 'AR' ? 'CR' : 'CE'

/** Whether the same step may succeed when simply tried again. */
export const isRetriable = (error: AppError): boolean => error.row.retry === 'later'
