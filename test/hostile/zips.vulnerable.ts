import { unzipSync } from 'fflate'

/** Unpacks whatever a zip says it holds, and takes its names for paths. */
export function unpackingAll(bytes: Uint8Array): Map<string, Uint8Array> {
  return new Map(Object.entries(unzipSync(bytes)))
}
