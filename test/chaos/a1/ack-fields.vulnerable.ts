/** What a published createAck did: no receiver, no MSH-11, its own character set (ack-fields.test.ts only). */
export const bareAck = (message: Uint8Array): Uint8Array => {
  const id = Buffer.from(message).toString('latin1').split('|')[9] ?? ''
  return Buffer.from(`MSH|^~\\&||||||20260101000000||ACK|A1||2.5\rMSA|AA|${id}\r`)
}
