import type { Encounter } from '@medplum/fhirtypes'

/** A place of a visit with the time at which it was taken; kept by that time, each ends where the next begins. */
type Place = NonNullable<Encounter['location']>[number]

/** Places kept of one visit: a patient who is moved twice a day for half a year. */
const MAX_PLACES = 400

/**
 * The places of a visit after one more became known (rules section 4: messages come in any order). A movement is kept even
 * into the place that is held, since one in between may still come. What an update merely states counts where it contradicts
 * what is known so far, and goes again when the movement that it told of comes.
 *
 * @param at when it was taken (ISO instant); without it the place goes behind the others
 */
export function placed(
  places: readonly Place[] | undefined,
  { display, at, isMove }: { display: string; at?: string; isMove: boolean }
): Place[] {
  const list = places ?? []
  const before = at === undefined ? list.at(-1) : list.findLast((place) => startOf(place) <= at)
  const isHeld = before?.location.display === display
  if (isHeld && (!isMove || at === undefined || startOf(before) === at)) return [...list]
  const from = before ? list.indexOf(before) + 1 : 0
  const next = list[from]
  const isTold = next !== undefined && isStated(next) && next.location.display === display
  const entry: Place = {
    ...(isMove || at === undefined ? {} : { id: `${STATED}${at.replace(/[^0-9A-Za-z]/g, '')}` }),
    location: { display },
    ...(at === undefined ? {} : { period: { start: at } })
  }
  return chained([...list.slice(0, from), entry, ...list.slice(isTold ? from + 1 : from)].slice(-MAX_PLACES))
}

/** Element id of a place that no movement told of. */
const STATED = 'stated-'
const isStated = ({ id }: Place): boolean => id?.startsWith(STATED) ?? false

/**
 * Cancel transfer (A12): the place taken last before it is no place of this visit. Where that is the very place that the
 * message says is held, the transfer itself has not come yet: the place is noted as taken again.
 *
 * @param at when the cancellation was recorded
 */
export function unplaced(
  places: readonly Place[] | undefined,
  at: string | undefined,
  display: string | undefined
): Place[] {
  const list = places ?? []
  const last = at === undefined ? list.length - 1 : list.findLastIndex((place) => startOf(place) <= at)
  const wrong = list[last]
  if (!wrong || (display !== undefined && wrong.location.display === display)) {
    return display === undefined || at === undefined ? [...list] : placed(list, { display, at, isMove: true })
  }
  return chained(list.filter((_, i) => i !== last))
}

/** Each place ends where the next begins; the last one with the visit, if that has ended. */
export function chained(places: readonly Place[], end?: string): Place[] {
  return places.map((place, i) => {
    const { end: _end, ...period } = place.period ?? {}
    const until = i < places.length - 1 ? startOf(places[i + 1]!) || undefined : end
    const isOver = i < places.length - 1 || end !== undefined
    const kept = { ...period, ...(until ? { end: until } : {}) }
    return {
      ...(place.id ? { id: place.id } : {}),
      location: place.location,
      status: isOver ? ('completed' as const) : ('active' as const),
      ...(Object.keys(kept).length > 0 ? { period: kept } : {})
    }
  })
}

/** '' sorts before every instant. */
const startOf = (place: Place): string => place.period?.start ?? ''
