import type { Admin } from 'kafkajs'
import { positionsOf } from './positions.ts'

const protocolError = (type: string, retriable: boolean) =>
  Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, retriable })

/** An admin that fails with these errors first, then tells partition 0 of topic t at `offset`. */
function admin(errors: Error[], offset: string): Admin {
  return {
    async fetchOffsets() {
      const error = errors.shift()
      if (error) throw error
      return [{ topic: 't', partitions: [{ partition: 0, offset, metadata: null }] }]
    },
    fetchTopicOffsets: async () => [{ partition: 0, offset: '9', high: '9', low: '2' }]
  } as unknown as Admin
}
const partitions = [{ topic: 't', partition: 0 }]

test('asks again while a coordinator is only just taking the group over', async () => {
  const errors = [protocolError('NOT_COORDINATOR_FOR_GROUP', true), protocolError('GROUP_LOAD_IN_PROGRESS', true)]
  const found = await positionsOf(admin(errors, '5'), 'g', partitions)
  expect(found).toEqual([{ topic: 't', partition: 0, committed: 5, first: 2, end: 9 }])
})

test('does not ask again for what will not pass', async () => {
  const error = protocolError('GROUP_AUTHORIZATION_FAILED', false)
  await expect(positionsOf(admin([error], '5'), 'g', partitions)).rejects.toBe(error)
})

test.each(['-1', '-2'])(
  'does not take %s, which kafkajs commits for an offset out of range, for a place',
  async (offset) => {
    const [position] = await positionsOf(admin([], offset), 'g', partitions)
    expect(position!.committed).toBeUndefined()
  }
)
