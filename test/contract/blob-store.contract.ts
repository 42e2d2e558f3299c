import type { BlobStore } from '../../core/blob-store.ts'

export interface BlobStoreUnderTest {
  blobs: BlobStore
  /** Another store on the same data. */
  reopen(): Promise<BlobStore>
  /** Changes the stored bytes behind the store's back. */
  damage(sha256: string): Promise<void>
  dispose(): Promise<void>
}

// printf abc | sha256sum (also FIPS 180-2, appendix B.1)
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

/** What every BlobStore does. */
export function blobStoreContract(name: string, open: () => Promise<BlobStoreUnderTest>): void {
  describe(`BlobStore contract: ${name}`, () => {
    let under: BlobStoreUnderTest
    beforeEach(async () => {
      under = await open()
    })
    afterEach(() => under.dispose())

    test('names bytes by their sha256 and gives them back, also after a restart', async () => {
      expect(await under.blobs.put(Buffer.from('abc'))).toEqual({ sha256: ABC, size: 3 })
      expect(Buffer.from(await under.blobs.get(ABC)).toString()).toBe('abc')
      const again = await under.reopen()
      expect(await again.has(ABC)).toBe(true)
      expect(Buffer.from(await again.get(ABC)).toString()).toBe('abc')
    })

    test('keeps an empty blob and one of several megabytes', async () => {
      const large = new Uint8Array(3_000_001).map((_, i) => i % 251)
      for (const bytes of [new Uint8Array(0), large]) {
        const { sha256, size } = await under.blobs.put(bytes)
        expect(size).toBe(bytes.length)
        expect(Buffer.compare(await under.blobs.get(sha256), bytes)).toBe(0)
      }
    })

    test('makes one blob of the same bytes put many times at once', async () => {
      const put = await Promise.all(Array.from({ length: 20 }, () => under.blobs.put(Buffer.from('abc'))))
      expect(new Set(put.map(({ sha256 }) => sha256))).toEqual(new Set([ABC]))
      expect(Buffer.from(await under.blobs.get(ABC)).toString()).toBe('abc')
    })

    test('says BLOB_MISSING for what is absent, and for names that are no sha256', async () => {
      for (const name of ['0'.repeat(64), '../etc/passwd', '', `${ABC}/..`]) {
        expect(await under.blobs.has(name)).toBe(false)
        await expect(under.blobs.get(name)).rejects.toMatchObject({ code: 'BLOB_MISSING' })
      }
    })

    test('says BLOB_MISSING for damaged bytes, and a new put heals them', async () => {
      await under.blobs.put(Buffer.from('abc'))
      await under.damage(ABC)
      await expect(under.blobs.get(ABC)).rejects.toMatchObject({ code: 'BLOB_MISSING', reason: 'damaged' })
      await under.blobs.put(Buffer.from('abc'))
      expect(Buffer.from(await under.blobs.get(ABC)).toString()).toBe('abc')
    })
  })
}
