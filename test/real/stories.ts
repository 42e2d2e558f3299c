import type { MessageStory } from '../../server/pipeline/story.ts'
import type { World } from '../support/world.ts'

/**
 * The story of a message (MSH-10, SOP Instance UID or envelope id) once it has ended. A story is written behind the
 * acknowledgement, so for a moment nothing may be known under the id.
 */
export const settledStory = (world: World, id: string): Promise<MessageStory> =>
  world.until(
    `the end of ${id}`,
    async () => {
      const response = await fetch(`${world.http}/admin/messages/${encodeURIComponent(id)}`)
      if (!response.ok) return undefined
      const { messages } = (await response.json()) as { messages: MessageStory[] }
      return messages.find(({ settledAt }) => settledAt)
    },
    30_000
  )

/** Every message that was received or refused so far, newest first. */
export const allStories = async (world: World): Promise<MessageStory[]> =>
  (await world.admin<{ messages: MessageStory[] }>('/admin/messages?limit=1000')).messages
