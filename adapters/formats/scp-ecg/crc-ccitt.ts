const POLYNOMIAL = 0x1021

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 8
  for (let bit = 0; bit < 8; bit++) rest = rest & 0x8000 ? (rest << 1) ^ POLYNOMIAL : rest << 1
  return rest
})

/**
 * CRC-CCITT of EN 1064 section 5.2.7: x^16 + x^12 + x^5 + 1, most significant bit first.
 *
 * @param initial 0xFFFF by the standard; 0 (XMODEM) by one dialect
 * @returns 16 bits; crcCcitt(Buffer.from('123456789')) = 0x29b1
 */
export function crcCcitt(bytes: Uint8Array, initial = 0xffff): number {
  let crc = initial
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ byte]!
  return crc
}
