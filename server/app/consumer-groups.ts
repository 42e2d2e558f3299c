import { LOOP_GROUP } from '../loop/loop.ts'
import { ASSEMBLY_GROUP, ASSEMBLY_TOPIC } from '../pipeline/assembly.ts'
import { INBOUND_TOPICS, INGEST_GROUP } from '../pipeline/families.ts'
import { RECORDED_TOPIC, RESULTED_TOPIC } from '../pipeline/relay.ts'

/** Every (topic, group) that this program reads, for the lag of each. */
export const consumerGroups = (
  modules: readonly { id: string; topics: readonly string[] }[]
): { topic: string; group: string }[] => [
  ...INBOUND_TOPICS.map((topic) => ({ topic, group: INGEST_GROUP })),
  { topic: ASSEMBLY_TOPIC, group: ASSEMBLY_GROUP },
  ...modules.flatMap(({ id, topics }) => topics.map((topic) => ({ topic, group: `inference.${id}` }))),
  ...[RECORDED_TOPIC, RESULTED_TOPIC].flatMap((topic) =>
    ['alerts', 'deliver', LOOP_GROUP].map((group) => ({ topic, group }))
  )
]
