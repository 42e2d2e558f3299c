/** Text as whoever wrote the code reads it, whatever was declared. For charsets.test.ts only. */
export const readingLatin1 = (bytes: Uint8Array): { text: string; leniencies: string[] } => ({
  text: Buffer.from(bytes).toString('latin1'),
  leniencies: []
})
