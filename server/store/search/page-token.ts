import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Cursor } from './page.ts'

/** What a next link stands for: the search and where it goes on. */
export interface PageToken {
  resourceType: string
  pairs: [string, string][]
  after: Cursor
}

/**
 * A page token as it stands in a next link. It is encrypted with the store's own key (AES-256-GCM), so the link shows
 * neither search values nor sort values, cannot be forged, and stays good after a restart.
 */
export function sealPage(key: Uint8Array, token: PageToken): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const body = Buffer.concat([cipher.update(JSON.stringify(token), 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
}

/** The token of a next link, or undefined when it was not made with this key. */
export function openPage(key: Uint8Array, text: string): PageToken | undefined {
  try {
    const bytes = Buffer.from(text, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    const body = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
    return JSON.parse(body.toString('utf8')) as PageToken
  } catch {
    return undefined
  }
}
