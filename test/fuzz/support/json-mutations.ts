import type { Random } from './random.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Stand for text that JSON.stringify would never write; put in afterwards. */
const RAW: readonly string[] = [
  '1e400',
  '-1e400',
  '12345678901234567890',
  '0.1000000000000000055511151231257827',
  '1.0',
  '1.50',
  '1e5',
  '-0',
  '01',
  'NaN',
  '+1',
  '"\\ud800"',
  '"\\u0000"',
  '"\\x"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":1,"a":2}',
  'undefined',
  '"unclosed'
]
const DEEP = [10, 47, 64, 1000, 10_000, 200_000]

const VALUES: readonly Json[] = [
  null,
  true,
  0,
  -1,
  2 ** 53,
  0.1 + 0.2,
  '',
  ' ',
  'x'.repeat(70_000),
  '2026-13-45',
  '0000-00-00T99:99:99Z',
  'Patient/../../x',
  'Patient/x/_history/',
  '#',
  'urn:hisbundle:subject',
  'http://127.0.0.1/',
  'javascript:alert(1)',
  [],
  {},
  [null],
  [[]],
  { resourceType: 'Patient' },
  { reference: '#self' },
  {
    status: 'generated',
    div: '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>'
  },
  {
    status: 'generated',
    div: '<!DOCTYPE div [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><div xmlns="http://www.w3.org/1999/xhtml">&b;</div>'
  },
  {
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml">${'<b>'.repeat(10_000)}</div>`
  }
]
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'resourceType',
  'id',
  'meta',
  'contained',
  'extension',
  'entry',
  'reference',
  '_birthDate',
  'x'.repeat(5000),
  ''
]

/** Every object and list of a value, with the way to it. */
function holders(value: Json, found: (Json[] | { [key: string]: Json })[] = []): (Json[] | { [key: string]: Json })[] {
  if (typeof value !== 'object' || value === null) return found
  found.push(value)
  for (const child of Array.isArray(value) ? value : Object.values(value)) holders(child, found)
  return found
}

function place(holder: Json[] | { [key: string]: Json }, random: Random): string | number {
  if (Array.isArray(holder)) return random.below(holder.length + 1)
  const keys = Object.keys(holder)
  return keys.length > 0 && random.chance(0.8) ? random.pick(keys) : random.pick(KEYS)
}

function set(holder: Json[] | { [key: string]: Json }, at: string | number, value: Json): void {
  Object.defineProperty(holder, at, { value, enumerable: true, configurable: true, writable: true })
}

/** The text of a JSON value after changes of its shape, its values and its text. */
export function mutateJson(seed: object, random: Random): string {
  const value = structuredClone(seed) as Json
  const raw: string[] = []
  const mark = (text: string): string => `@raw${raw.push(text) - 1}@`
  for (let n = random.count(5); n > 0; n--) {
    const holder = random.pick(holders(value))
    const at = place(holder, random)
    const current = (holder as { [key: string]: Json })[at] ?? null
    const change = random.below(8)
    // Doubled and doubled again, much would grow without end.
    if (JSON.stringify(value).length + raw.join('').length > 4_000_000) break
    if (change < 3) set(holder, at, structuredClone(random.pick(VALUES)))
    else if (change === 3) set(holder, at, mark(random.pick(RAW)))
    else if (change === 4) set(holder, at, [current, current])
    else if (change === 5) set(holder, at, { value: current })
    else if (change === 6) Reflect.deleteProperty(holder, at)
    else set(holder, at, much(random, mark))
  }
  let text = JSON.stringify(value).replace(/"@raw(\d+)@"/g, (_all, n) => raw[Number(n)]!)
  if (random.chance(0.05)) text = text.slice(0, random.below(text.length))
  if (random.chance(0.03)) text = `\ufeff${text}`
  return text
}

/** Deep, wide or many; mostly moderate, so that the rest of the input counts too. */
function much(random: Random, mark: (text: string) => string): Json {
  switch (random.below(20)) {
    case 0:
      return mark(nest(random.pick(DEEP), random))
    case 1:
      return mark(`[${'0,'.repeat(random.pick([1000, 200_001, 1_000_000]))}0]`)
    case 2:
      return Array<Json>(random.pick([1001, 20_000])).fill({ resourceType: 'Basic' })
    default:
      return random.pick(VALUES)
  }
}

const nest = (depth: number, random: Random): string =>
  random.chance(0.5) ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"extension":['.repeat(depth)}${']}'.repeat(depth)}`
