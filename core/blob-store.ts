/** Content-addressed by sha256 (hex). */
export interface BlobStore {
  /** Resolves when the bytes are durable (file and folder fsynced). Writing the same bytes twice is one blob. */
  put(bytes: Uint8Array): Promise<{ sha256: string; size: number }>
  /** Rejects BLOB_MISSING when absent or when the bytes no longer have that hash. */
  get(sha256: string): Promise<Uint8Array>
  has(sha256: string): Promise<boolean>
  /** What lies there, each with when it was last put; absent where the engine's own life cycle collects. */
  list?(): AsyncIterable<{ sha256: string; size: number; lastPut: Date }>
  /** Deletes a blob unless it was put since that instant, a put at this very moment included. @returns whether it went */
  collect?(sha256: string, notPutSince: Date): Promise<boolean>
  /** Rejects STORE_UNAVAILABLE with a reason while the store cannot take blobs; absent where nothing is remote. */
  check?(): Promise<void>
}
