import { endOfString } from './json-text.ts'

/**
 * JSON whose numbers keep the digits they came with: FHIR decimals have a precision, '1.0' is not '1'. Values stay
 * ordinary objects with ordinary numbers; an object or list that holds a number which JavaScript would write in another
 * way carries the texts under a symbol. `{ ...object }` takes it along; Object.entries, map and structuredClone do not
 * (`sameTexts` does it for them). What lost its texts is written as JavaScript writes numbers, the value being the same.
 */
const TEXTS = Symbol('texts of numbers')

/** By key ('0', '1' ... in a list). Shared by copies, therefore replaced and never changed once the object is read. */
type Texts = ReadonlyMap<string, string>
type Holder = { [TEXTS]?: Texts }

/**
 * Numbers that JSON.stringify could write in another way: a zero at the end of a fraction, an exponent, -0, below 1e-6 and
 * from 1e21 on. Too much is found at times, never too little; what holds none is parsed as fast as ever.
 */
const UNUSUAL = /[:,[]\s*(?:-?[0-9]+\.[0-9]*0[\s,}\]]|-?[0-9][0-9.]*[eE]|-0[\s,}\]]|-?0\.000000|-?[0-9]{22})/

/** JSON.parse that remembers the texts of numbers. @throws SyntaxError as JSON.parse does */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (UNUSUAL.test(text)) remember(text, value)
  return value
}

const NUMBER = /-?[0-9][0-9.eE+-]*/y

/**
 * Goes over a text that was parsed, and over what it became, side by side. JSON.parse with a reviver could tell the texts
 * too, but holds up a body of 500,000 numbers for more than a second.
 */
function remember(text: string, root: unknown): void {
  let at = 0
  const next = (): number => {
    while (text.charCodeAt(at) <= 0x20) at++
    return text.charCodeAt(at)
  }

  function name(): string {
    const open = at
    at = endOfString(text, open) + 1
    const written = text.slice(open + 1, at - 1)
    next()
    at++ // the colon
    return written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
  }

  function visit(holder: unknown, key: string): void {
    const value =
      typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined
    const code = next()
    if (code === 0x7b || code === 0x5b) {
      at++
      for (let index = 0; next() !== code + 2; index++) {
        if (text.charCodeAt(at) === 0x2c) at++
        visit(value, code === 0x7b && next() ? name() : String(index))
      }
      at++
    } else if (code === 0x22) {
      at = endOfString(text, at) + 1
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      NUMBER.lastIndex = at
      const [source] = NUMBER.exec(text)!
      at += source.length
      note(holder as object, key, value, source)
    } else {
      at += code === 0x66 ? 5 : 4 // false; true, null
    }
  }
  visit({ '': root }, '')
}

/** A name that stands twice counts as it stands last. */
function note(holder: object, key: string, value: unknown, source: string): void {
  if (typeof value !== 'number') return
  const texts = (holder as Holder)[TEXTS] as Map<string, string> | undefined
  if (source === String(value)) texts?.delete(key)
  else if (texts) texts.set(key, source)
  else (holder as Holder)[TEXTS] = new Map([[key, source]])
}

/** JSON.stringify that writes the texts of numbers as long as they still say the number that stands there. */
export function stringifyJson(value: unknown, space?: number): string {
  return hasTexts(value) ? JSON.stringify(value, write, space) : JSON.stringify(value, undefined, space)
}

/** Whether any number in it would be written in another way by JSON.stringify. */
export function hasTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ((value as Holder)[TEXTS]) return true
  // Samples are no JSON, and for..in over them is slow.
  if (ArrayBuffer.isView(value)) return false
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && hasTexts(item)) return true
    return false
  }
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key]
    if (typeof item === 'object' && hasTexts(item)) return true
  }
  return false
}

function write(this: Holder, key: string, value: unknown): unknown {
  if (typeof value !== 'number') return value
  const text = this[TEXTS]?.get(key)
  return text !== undefined && Object.is(Number(text), value) ? rawJson(text) : value
}

/** ECMA-262 JSON.rawJSON, missing from TypeScript's library. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }

/** `to`, a copy of `from` made key by key, with the texts of its numbers. */
export function sameTexts<T>(from: object, to: T): T {
  const texts = (from as Holder)[TEXTS]
  if (texts && typeof to === 'object' && to !== null) (to as Holder)[TEXTS] = texts
  return to
}

/** Says for one number which text it has: that of `source[sourceKey]`, or none. */
export function takeText(source: object, sourceKey: string, holder: object, key: string): void {
  const text = (source as Holder)[TEXTS]?.get(sourceKey)
  const old = (holder as Holder)[TEXTS]
  if (text === undefined && !old?.has(key)) return
  const texts = new Map(old)
  if (text === undefined) texts.delete(key)
  else texts.set(key, text)
  if (texts.size > 0) (holder as Holder)[TEXTS] = texts
  else delete (holder as Holder)[TEXTS]
}

/** For a list whose items changed their places. */
export function dropTexts(holder: object): void {
  delete (holder as Holder)[TEXTS]
}

/** The texts of the numbers in a value, as plain data that may cross to another thread: where, and by which key. */
export type CollectedTexts = { path: string[]; texts: [key: string, text: string][] }[]

/** Looks only into plain objects and lists. */
export function collectTexts(value: object): CollectedTexts {
  const found: CollectedTexts = []
  const visit = (holder: object, path: string[]): void => {
    const texts = (holder as Holder)[TEXTS]
    if (texts) found.push({ path, texts: [...texts] })
    for (const [key, item] of Object.entries(holder)) {
      if (typeof item === 'object' && item !== null) visit(item, [...path, key])
    }
  }
  if (hasTexts(value)) visit(value, [])
  return found
}

/** Puts the texts back into a copy of the value from which they were collected. */
export function restoreTexts(copy: unknown, collected: CollectedTexts): void {
  for (const { path, texts } of collected) {
    let holder = copy
    for (const key of path) {
      holder =
        typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
          ? Reflect.get(holder, key)
          : undefined
    }
    if (typeof holder === 'object' && holder !== null) (holder as Holder)[TEXTS] = new Map(texts)
  }
}

/** A deep copy of plain JSON that keeps the texts of numbers. */
export function copyJson<T>(value: T): T {
  return hasTexts(value) ? (parseJson(stringifyJson(value)) as T) : structuredClone(value)
}
