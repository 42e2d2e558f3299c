import { tryGetDataType } from '@medplum/core'
import { hasTexts, takeText } from '../../core/json-numbers.ts'

const INTEGERS: ReadonlySet<string> = new Set(['integer', 'positiveInt', 'unsignedInt', 'integer64'])

/**
 * Only decimals have a precision: an integer that came as '1.0' or '1e2' is stored as FHIR R4 writes integers, '1' and
 * '100' (datatypes, integer). Takes the kept digits off in place; the values stay.
 */
export function plainIntegers(resource: { resourceType: string }): void {
  if (hasTexts(resource)) walk(resource, resource.resourceType)
}

function walk(value: object, type: string): void {
  const object = value as Record<string, unknown>
  const actual = typeof object['resourceType'] === 'string' ? object['resourceType'] : type
  const elements = tryGetDataType(actual)?.elements
  if (!elements) return
  for (const [name, element] of Object.entries(elements)) {
    const isChoice = name.endsWith('[x]')
    for (const { code } of element.type) {
      const key = isChoice ? name.slice(0, -3) + code[0]!.toUpperCase() + code.slice(1) : name
      const child = Object.hasOwn(object, key) ? object[key] : undefined
      for (const [holder, at, item] of placesOf(object, key, child)) {
        if (typeof item === 'number' && INTEGERS.has(code)) takeText({}, '', holder, at)
        else if (typeof item === 'object' && item !== null) walk(item, code)
      }
    }
  }
}

const placesOf = (object: object, key: string, child: unknown): [holder: object, at: string, item: unknown][] =>
  Array.isArray(child) ? child.map((item, i) => [child, String(i), item]) : [[object, key, child]]
