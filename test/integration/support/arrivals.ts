import { createMllpClient } from '../../../adapters/transports/mllp/client.ts'
import { seeded } from '../../../server/demo/simulate/random.ts'
import { buildWorld, type World } from '../../support/world.ts'
import { admission, ecgMessage, merge, minutes, order, potassium } from './hospital.ts'
import { quiet } from './quiet.ts'

export const STEPS = ['ADT', 'order', 'potassium', 'ECG', 'correction', 'A40'] as const
export type Step = (typeof STEPS)[number]

export function permutations<T>(items: readonly T[]): T[][] {
  return items.length <= 1
    ? [[...items]]
    : items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]))
}

/**
 * @param named every message carries birth date and sex; else only ADT and A40 do
 *
 * The six messages of person `token`; times are facts of the messages and do not depend on the order of arrival.
 */
export function messagesOf(token: string, now: Date, seed: number, named = false): Record<Step, Uint8Array> {
  const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
  const person = { mrn: `O${token}`, ...(named ? facts : {}) }
  const at = (n: number) => minutes(now, n)
  const ecgAt = at(-20)
  return {
    ADT: admission({
      controlId: `A${token}`,
      at: at(-60),
      visit: `V${token}`,
      admittedAt: at(-70),
      ...person,
      ...facts
    }),
    order: order({ controlId: `B${token}`, at: at(-25), placer: `PL${token}`, placedAt: at(-25), ...person }),
    potassium: potassium({
      controlId: `C${token}`,
      at: at(-10),
      filler: `F${token}`,
      value: '4.2',
      collectedAt: at(-15),
      ...person
    }),
    ECG: ecgMessage({
      controlId: `D${token}`,
      at: at(-18),
      filler: `E${token}`,
      acquiredAt: ecgAt,
      latent: 8.2,
      seed,
      ...person
    }),
    correction: potassium({
      controlId: `G${token}`,
      at: at(-5),
      filler: `F${token}`,
      value: '6.4',
      collectedAt: at(-15),
      status: 'C',
      ...person
    }),
    A40: merge({ controlId: `H${token}`, at: at(-4), source: person.mrn, mrn: `S${token}`, ...facts })
  }
}

/** Stamps of processing and of versions, and ids that hold the order of receipt: no part of the state compared. */
const STAMPS = new Set(['versionId', 'lastUpdated', 'source', 'issued', 'authoredOn', 'recorded', 'occurredDateTime'])
const DROPPED_EXTENSION = /run-digest|asserted-at$/

type Search = <T>(query: string) => Promise<T[]>

/** Final state of one person, with the token and our hashed ids replaced by what they stand for. */
export const stateOf = (world: World, token: string): Promise<string[]> =>
  stateByIdentifier((query) => world.search(query), token, ['S', 'O'])

/** @param letters what stands before the token in the person's identifiers */
export async function stateByIdentifier(search: Search, token: string, letters: string[]): Promise<string[]> {
  const identifiers = letters.map((letter) => `${letter}${token}`).join(',')
  const patients = await search<{ resourceType: string; id: string }>(`Patient?identifier=${identifiers}&_count=5`)
  const found: { resourceType: string; id: string }[] = [...patients]
  for (const type of [
    'Encounter',
    'Observation',
    'ServiceRequest',
    'RiskAssessment',
    'DiagnosticReport',
    'DocumentReference',
    'Specimen',
    'ImagingStudy',
    'Task'
  ])
    for (const patient of patients)
      found.push(...(await search<{ resourceType: string; id: string }>(`${type}?patient=${patient.id}&_count=1000`)))
  // A person's hashed ids get names by their identifiers; other ids by content, which their references then follow.
  const names = new Map<string, string>()
  for (const resource of found) names.set(resource.id, nameOf(resource, token))
  return found.map((resource) => JSON.stringify(plain(withoutFirst(resource), names, token))).sort()
}

/** A Task's focus is whichever of its results came first; all of them stand in `input`. */
function withoutFirst(resource: { resourceType: string }): object {
  return resource.resourceType === 'Task' ? { ...resource, focus: '(one of input)' } : resource
}

function nameOf(resource: { resourceType: string; id: string } & Record<string, unknown>, token: string): string {
  const identifiers = JSON.stringify(resource.identifier ?? '')
  const known = ['O', 'S', 'V', 'PL', 'F', 'E'].find((letter) => identifiers.includes(`${letter}${token}`))
  const code = JSON.stringify((resource.code as { coding?: { code?: string }[] } | undefined)?.coding?.[0]?.code ?? '')
  const based = resource.basedOn ? 'ordered' : 'unsolicited'
  return `${resource.resourceType}:${known ?? ''}:${code}:${resource.resourceType === 'RiskAssessment' || resource.resourceType === 'DiagnosticReport' || resource.resourceType === 'Observation' ? based : ''}`
}

/** A drawn page names its person inside of the attachment: the SVG is compared as text, the PDF of it as a page. */
function readable(value: object): object {
  const { contentType, data } = value as { contentType?: string; data?: string }
  if (typeof data !== 'string') return value
  if (contentType === 'application/pdf') return { contentType, data: '(the page)' }
  if (contentType !== 'image/svg+xml') return value
  return { contentType, data: Buffer.from(data, 'base64').toString('utf8') }
}

function plain(value: unknown, names: Map<string, string>, token: string, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value
      .filter((item) => !(key === 'extension' && DROPPED_EXTENSION.test((item as { url?: string }).url ?? '')))
      .map((item) => plain(item, names, token))
    return key === 'tag' || key === 'extension' || key === 'identifier' || key === 'link' || key === 'input'
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(readable(value))
        .filter(([name]) => !STAMPS.has(name))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, item]) => [
          name,
          name === 'occurrenceDateTime' || (name === 'end' && key === 'period')
            ? '(time of processing)'
            : plain(item, names, token, name)
        ])
    )
  if (typeof value !== 'string') return value
  let text = value.replace(/\/_history\/\d+/, '')

  for (const [id, name] of names) text = text.replaceAll(id, name)
  return text.replaceAll(token, '#').replace(/^HB[0-9A-F]{18}$/, '(filler number)')
}

/** Where two states differ, by resource and path; '(absent)' where one lacks it. */
export function differences(a: string[], b: string[]): string[] {
  const [left, right] = [a, b].map((state) => {
    const seen = new Map<string, Map<string, string>>()
    for (const line of state) {
      const resource = JSON.parse(line) as { id: string }
      let name = resource.id
      while (seen.has(name)) name += "'"
      seen.set(name, new Map(leaves(resource)))
    }
    return seen
  }) as [Map<string, Map<string, string>>, Map<string, Map<string, string>>]
  const found: string[] = []
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const [x, y] = [left.get(name), right.get(name)]
    if (!x || !y) found.push(`${name}: ${x ? 'present' : '(absent)'} <> ${y ? 'present' : '(absent)'}`)
    else
      for (const path of new Set([...x.keys(), ...y.keys()]))
        if (x.get(path) !== y.get(path))
          found.push(`${name} ${path}: ${x.get(path) ?? '(absent)'} <> ${y.get(path) ?? '(absent)'}`)
  }
  return found
}

function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path ? `${path}.${key}` : key))
}

export interface ArrivalRun {
  permutations: number
  /** Distinct final states with the arrival orders that led there; one when all is well. */
  states: { state: string[]; orders: string[] }[]
}

/**
 * Plays every given arrival order, each with a person of its own, into one server.
 * @param racing true: the six messages of a person follow at once; false: each is wholly processed before the next comes
 */
export async function playArrivals(
  orders: Step[][],
  { racing, seed, named, config }: { racing: boolean; seed: number; named?: boolean; config?: Record<string, unknown> }
): Promise<ArrivalRun> {
  const world = await buildWorld({ ...(config ? { config } : {}) })
  const now = new Date(Math.floor(Date.now() / 1000) * 1000)
  try {
    const { hostname: host, port } = new URL(world.address('hl7').replace('mllp:', 'http:'))
    const uniform = seeded(seed)
    const prefix = Math.floor(uniform() * 9000 + 1000)
    const people = orders.map((steps, i) => {
      const token = `${prefix}${String(i).padStart(4, '0')}X`
      return { token, steps, messages: messagesOf(token, now, 7, named) }
    })
    const client = createMllpClient({ host, port: Number(port), maxInFlight: 16, timeoutMs: 60_000 })
    const send = async (bytes: Uint8Array) => {
      const { code } = await client.send(bytes)
      if (code !== 'AA') throw new Error(`answered ${code}`)
    }
    if (racing) await Promise.all(people.flatMap(({ steps, messages }) => steps.map((step) => send(messages[step]))))
    else
      for (let i = 0; i < STEPS.length; i++) {
        await Promise.all(people.map(({ steps, messages }) => send(messages[steps[i]!])))
        await quiet(world.app)
      }
    await quiet(world.app)
    await client.close()
    const parked = await world.app.bus.parked()
    if (parked.length > 0)
      throw new Error(
        `${parked.length} parked, first ${parked[0]!.error.code} ${parked[0]!.error.reason ?? ''} ${parked[0]!.error.at ?? ''}`
      )
    const states = new Map<string, { state: string[]; orders: string[] }>()
    for (const { token, steps } of people) {
      const state = await stateOf(world, token)
      const key = state.join('\n')
      const known = states.get(key) ?? { state, orders: [] }
      known.orders.push(steps.join(', '))
      states.set(key, known)
    }
    return {
      permutations: orders.length,
      states: [...states.values()].sort((a, b) => b.orders.length - a.orders.length)
    }
  } finally {
    await world.stop()
  }
}
