const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * murmur2, 32 bit, as Kafka's default partitioner computes it (org.apache.kafka.common.utils.Utils.murmur2), so that a
 * key lies in the same partition on the embedded log and on a Kafka topic with as many partitions.
 *
 * @returns a signed 32-bit integer
 */
export function murmur2(data: Uint8Array): number {
  const length = data.length
  let h = (SEED ^ length) | 0
  const words = length >> 2
  for (let i = 0; i < words; i++) {
    const at = i * 4
    let k = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    k = Math.imul(k, M)
    h = Math.imul(h, M) ^ k
  }
  const tail = words * 4
  const rest = length & 3
  if (rest >= 3) h ^= data[tail + 2]! << 16
  if (rest >= 2) h ^= data[tail + 1]! << 8
  if (rest >= 1) h = Math.imul(h ^ data[tail]!, M)
  h ^= h >>> 13
  h = Math.imul(h, M)
  return (h ^ (h >>> 15)) | 0
}

/** Partition of a key (UTF-8), 0 ... partitions - 1. */
export const partitionOf = (key: string, partitions: number): number =>
  (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions
