/** Parses and writes again, and calls it the original (original-bytes.test.ts only). */
export const parsedAndWritten = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const segments = Buffer.from(bytes)
    .toString('utf8')
    .split('\r')
    .filter((line) => line !== '')
  return Buffer.from(segments.map((line) => `${line.replace(/\b(\d{12})00\b/g, '$1').replace(/\|+$/, '')}\r`).join(''))
}
