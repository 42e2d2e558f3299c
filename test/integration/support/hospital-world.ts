import { createMllpClient } from '../../../adapters/transports/mllp/client.ts'
import { buildWorld, pocketK, type World, type WorldOptions } from '../../support/world.ts'

const codeMap = {
  orders: { 'L|KSCREEN': 'pocket-k' },
  observations: { 'L|K': { system: 'http://loinc.org', code: '2823-3', display: 'Potassium' } }
}

/** The whole server with an MLLP feed whose orders are answered at the laboratory's port. */
export async function hospitalWorld(
  labAddress: string,
  options: WorldOptions & { policy?: Record<string, unknown>; profile?: Record<string, unknown> } = {}
): Promise<World> {
  const modules = await pocketK(options.mode ?? 'advisory')
  modules['pocket-k'].policy = options.policy ?? {}
  return buildWorld({
    ...options,
    config: {
      feeds: [
        {
          name: 'hl7',
          transport: 'mllp',
          options: { port: 0 },
          defaultAuthority: 'HOSP',
          zone: 'UTC',
          codeMap,
          replyTo: 'lab'
        },
        { name: 'drop', transport: 'http-drop', options: {}, defaultAuthority: 'HOSP', zone: 'UTC', codeMap }
      ],
      destinations: [
        {
          name: 'lab',
          kind: 'mllp',
          address: labAddress,
          acceptsSynthetic: true,
          profile: { timeoutMs: 400, ...options.profile }
        }
      ],
      modules,
      ...options.config
    }
  })
}

export const sender = (world: World, feed = 'hl7') => {
  const { hostname: host, port } = new URL(world.address(feed).replace('mllp:', 'http:'))
  return createMllpClient({ host, port: Number(port), maxInFlight: 8, timeoutMs: 20_000 })
}

/** Fields of the first segment of that name, by HL7 number (MSH counted by the standard). */
export function segment(text: string, name: string): (n: number) => string {
  const line = text.split('\r').find((one) => one.startsWith(`${name}|`)) ?? ''
  const fields = line.split('|')
  return (n) => fields[name === 'MSH' ? n - 1 : n] ?? ''
}
