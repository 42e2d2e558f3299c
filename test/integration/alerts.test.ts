import type { Task } from '@medplum/fhirtypes'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { buildWorld, type World } from '../support/world.ts'
import { admission, ecgMessage, hl7, minutes, msh, pid, potassium } from './support/hospital.ts'
import { quiet } from './support/quiet.ts'

const sender = (world: World, feed = 'hl7') => {
  const { hostname: host, port } = new URL(world.address(feed).replace('mllp:', 'http:'))
  return createMllpClient({ host, port: Number(port), maxInFlight: 8, timeoutMs: 20_000 })
}
const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
const tasksOf = (world: World, mrn: string) => world.search<Task>(`Task?patient.identifier=${mrn}&_count=50`)
const now = new Date(Math.floor(Date.now() / 1000) * 1000)

test('a person whom a result knew first alerts once ADT confirms the identity, without a visit or another result', async () => {
  const world = await buildWorld({ config: { alerts: { provisionalPatients: false } } })
  const client = sender(world)
  try {
    const ecg = { controlId: 'P1', at: now, filler: 'PE1', acquiredAt: minutes(now, -5), latent: 8.2, seed: 7 }
    await client.send(ecgMessage({ ...ecg, mrn: 'P1', ...facts }))
    await quiet(world.app)
    expect(await tasksOf(world, 'P1')).toEqual([])
    const person = hl7(
      msh({ type: 'ADT^A28^ADT_A05', controlId: 'P2', at: now, application: 'ADT' }),
      'EVN|A28|20260101000000+0000',
      pid({ mrn: 'P1', ...facts }),
      'PV1|1|N'
    )
    await client.send(person)
    await quiet(world.app)
    expect((await tasksOf(world, 'P1')).map(({ status }) => status)).toEqual(['requested'])
  } finally {
    await client.close()
    await world.stop()
  }
})

void admission
void potassium
