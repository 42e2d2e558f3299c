/** A person who does not exist and whose words stand out: whatever of them is found somewhere was let out there. */
export const CANARY = {
  mrn: 'CANARYMRN7',
  family: 'Canaryfamily',
  given: 'Canarygiven',
  birthDate: '19471231',
  free: 'Canaryfreetext',
  phone: '0555CANARY',
  address: 'Canarystreet 7',
  /** In a place that no person's data belongs to: an AE title, a token, a host. */
  stray: 'CANARYSTRAY'
} as const

const NAMES = ['canary', '19471231', '1947-12-31']

/** Spellings that hide a word from a plain search: Base64 at each of its three alignments, hexadecimal, UTF-16. */
const HIDDEN = NAMES.filter((word) => !word.includes('-')).flatMap((word) =>
  [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1)].flatMap((spelling) => {
    const base64 = [0, 1, 2].map((before) => {
      const text = Buffer.from('\0'.repeat(before) + spelling).toString('base64')
      // The letters that depend on the neighbours are left out.
      return text.slice(before === 0 ? 0 : before + 1, -4)
    })
    return [...base64, Buffer.from(spelling).toString('hex'), [...spelling].join('\0')].filter(
      ({ length }) => length >= 6
    )
  })
)

/** Lines of a text in which something of the person stands, however it is written. */
export function findCanaries(text: string): string[] {
  return text.split('\n').filter((line) => {
    const low = line.toLowerCase()
    return NAMES.some((word) => low.includes(word)) || HIDDEN.some((word) => line.includes(word))
  })
}
