import type { Item } from './kill-items.ts'
import { json, type Site } from './kill-site.ts'

/** What a receiver sees of a resource, without the stamps of versions. */
const contentOf = (body: string): string => {
  const { meta: _meta, ...rest } = JSON.parse(body) as Record<string, unknown>
  return JSON.stringify(rest)
}

export async function judge(place: Site, http: string, items: Item[], acknowledged: Set<string>) {
  let taken = 0
  const lost: string[] = []
  const parked: string[] = []
  const doubles: string[] = []
  const undelivered: string[] = []
  for (const { kind, id } of items.filter((item) => acknowledged.has(item.id))) {
    if (kind === 'rest') {
      for (const [type, value] of [
        ['Patient', id],
        ['Observation', `${id}O`]
      ]) {
        const { entry = [] } = await json<{ entry?: unknown[] }>(
          `${http}/fhir/R4/${type}?identifier=urn:example:rest|${value}`
        )
        if (entry.length === 0) lost.push(`${kind} ${id}`)
        if (entry.length > 1) doubles.push(`${type} ${value} exists ${entry.length} times`)
      }
      continue
    }
    const story = await json<{ messages: { state: string }[] }>(`${http}/admin/messages/${id}`).catch(() => undefined)
    const states = story?.messages.map(({ state }) => state) ?? []
    if (states.length === 0 || states.includes('received')) lost.push(`${kind} ${id} ${states.join()}`)
    if (states.includes('parked')) parked.push(`${kind} ${id}`)
    // Taken twice because the first answer died with the process: the same id again, told apart from its effect.
    taken += Math.max(0, states.length - 1)
  }
  // Versions: none says again what the one before it said.
  const results = new Map<string, { id: string; resourceType: string; basedOn?: { reference?: string } }>()
  for (const type of [
    'RiskAssessment',
    'Task',
    'Observation',
    'ServiceRequest',
    'DiagnosticReport',
    'Patient',
    'Encounter'
  ]) {
    let next: string | undefined = `${http}/fhir/R4/${type}?_count=200`
    while (next) {
      const page: {
        entry?: { resource: { id: string; resourceType: string; meta?: { versionId?: string } } }[]
        link?: { relation: string; url: string }[]
      } = await json(next)
      for (const { resource } of page.entry ?? []) {
        results.set(`${type}/${resource.id}`, resource)
        if (resource.meta?.versionId === '1') continue
        const history = await json<{ entry?: { resource: object }[] }>(
          `${http}/fhir/R4/${type}/${resource.id}/_history?_count=100`
        )
        const contents = (history.entry ?? []).map(({ resource: version }) => withoutStamps(version))
        contents.forEach((content, i) => {
          if (content === contents[i + 1]) doubles.push(`${type}/${resource.id} says the same in two versions`)
        })
      }
      next = page.link?.find(({ relation }) => relation === 'next')?.url
    }
  }
  // Notifications: under one id resends, under another the same content again is a double effect.
  const seen = new Map<string, { path: string; content: string }>()
  let resentNotifications = 0
  const lastOf = new Map<string, string>()
  for (const { eventId, path, body } of place.hook.received) {
    if (seen.has(eventId)) {
      resentNotifications++
      continue
    }
    const content = contentOf(body)
    if (lastOf.get(path) === content) doubles.push(`${path} notified again under ${eventId}`)
    seen.set(eventId, { path, content })
    lastOf.set(path, content)
  }
  for (const [name, { resourceType }] of results)
    if ((resourceType === 'RiskAssessment' || resourceType === 'Task') && !lastOf.has(`/hook/${name}`)) {
      const resource = results.get(name) as { status?: string }
      if (resource.status === 'preliminary' || resource.status === 'requested')
        undelivered.push(`${name} was never notified`)
    }
  const oru = new Map<string, string>()
  let resentOru = 0
  const answers = new Map<string, Set<string>>()
  for (const { controlId, text } of place.lab.received) {
    if (oru.has(controlId)) {
      resentOru++
      continue
    }
    oru.set(controlId, text)
    const filler = /\rOBR\|[^|]*\|[^|]*\|([^|\r]*)/.exec(text)?.[1] ?? ''
    const content = text
      .split('\r')
      .slice(1)
      .map((line) =>
        line.startsWith('OBR')
          ? line
              .split('|')
              .filter((_, i) => i !== 22)
              .join('|')
          : line
      )
      .join('\r')
    const known = answers.get(filler) ?? new Set()
    if (known.has(content)) doubles.push(`ORU of order ${filler} again under ${controlId}`)
    answers.set(filler, known.add(content))
  }
  for (const { id } of items.filter(({ kind }) => kind === 'order'))
    if (![...oru.values()].some((text) => text.includes(`PL${id.slice(1)}^LAB`)))
      undelivered.push(`order ${id} was never answered`)
  return {
    lost,
    parked,
    doubles,
    undelivered,
    notifications: seen.size,
    oru: oru.size,
    resends: { notifications: resentNotifications, oru: resentOru, taken }
  }
}

function withoutStamps(resource: object): string {
  const { meta, ...rest } = resource as { meta?: { tag?: unknown } }
  return JSON.stringify([rest, meta?.tag])
}
