import type { InternalTypeSchema } from '@medplum/core'
import { definitions } from '../definitions.ts'

/** One step of a compiled path: the JSON key, then what its values must satisfy. */
export interface Step {
  key: string
  first?: boolean
  /** where(resolve() is X) */
  targetType?: string
  /** where(element='value') */
  equals?: [element: string, value: string]
}

/** A compiled path with the FHIR type found at its end. */
export interface Leaf {
  steps: Step[]
  type: string
  /** `x.exists() and x != false`: a token true or false. */
  presence?: boolean
}

interface Node {
  steps: Step[]
  /** Type names, or a choice: JSON key and type of each possibility. */
  type: string
}

/**
 * Compiles the FHIRPath of a SearchParameter for one resource type into plain paths. The published expressions of R4
 * are unions of paths with `ofType`, `as`, `where(resolve() is X)`, `where(element='value')` and `[0]`, plus one
 * `exists() and` (Patient.deceased); anything else gives no path, so the parameter is not offered.
 */
export function compilePaths(resourceType: string, expression: string): Leaf[] {
  const presence = /^(\w+)\.(\w+)\.exists\(\) and \1\.\2 != false$/.exec(expression)
  if (presence) {
    if (presence[1] !== resourceType) return []
    return compileOne(resourceType, `${presence[1]}.${presence[2]}`).map((leaf) => ({ ...leaf, presence: true }))
  }
  return splitUnion(expression).flatMap((part) => compileOne(resourceType, part))
}

function splitUnion(expression: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < expression.length; i++) {
    const letter = expression[i]
    if (letter === '(') depth += 1
    else if (letter === ')') depth -= 1
    else if (letter === '|' && depth === 0) {
      parts.push(expression.slice(start, i))
      start = i + 1
    }
  }
  return [...parts, expression.slice(start)].map((part) => part.trim()).filter(Boolean)
}

function compileOne(resourceType: string, part: string): Leaf[] {
  const text = part
    .replace(/\(([^\s()]+) as (\w+)\)/g, '$1.ofType($2)')
    .replace(/^(\S+) as (\w+)$/, '$1.ofType($2)')
    .replace(/^\((.+\.ofType\(\w+\))\)/, '$1')
  const segments = splitSegments(text)
  if (!segments) return []
  const [head, ...rest] = segments
  const rooted = head !== undefined && /^[A-Z]/.test(head)
  if (rooted && head !== resourceType && head !== 'Resource' && head !== 'DomainResource') return []
  let nodes: Node[] = [{ steps: [], type: resourceType }]
  for (const segment of rooted ? rest : segments) {
    const next = nodes.flatMap((node) => advance(node, segment))
    if (next.length === 0) return []
    nodes = next
  }
  return nodes.filter((node) => node.steps.length > 0)
}

function splitSegments(text: string): string[] | undefined {
  const segments = text.match(/[A-Za-z]+(?:\[0\])?(?:\((?:[^()]|\(\))*\))?/g)
  return segments && segments.join('.') === text ? segments : undefined
}

function advance(node: Node, segment: string): Node[] {
  const ofType = /^ofType\((\w+)\)$/.exec(segment)
  if (ofType) return node.type.toLowerCase() === ofType[1]!.toLowerCase() ? [node] : []
  const resolves = /^where\(resolve\(\) is (\w+)\)$/.exec(segment)
  if (resolves) return [withLast(node, { targetType: resolves[1] })]
  const equals = /^where\((\w+)='([^']*)'\)$/.exec(segment)
  if (equals) return [withLast(node, { equals: [equals[1]!, equals[2]!] })]
  const plain = /^(\w+?)(\[0\])?$/.exec(segment)
  if (!plain) return []
  const step = { ...(plain[2] ? { first: true } : {}) }
  return children(node.type, plain[1]!).map(({ key, type }) => ({ steps: [...node.steps, { key, ...step }], type }))
}

function withLast(node: Node, more: Partial<Step>): Node {
  const last = node.steps.at(-1)!
  return { ...node, steps: [...node.steps.slice(0, -1), { ...last, ...more }] }
}

/** JSON keys and types of an element; a choice element gives one for each of its types. */
function children(typeName: string, element: string): { key: string; type: string }[] {
  const schema: InternalTypeSchema | undefined = definitions().schema(typeName)
  const plain = schema?.elements[element]
  if (plain) return [{ key: element, type: plain.type[0]?.code ?? '' }]
  const choice = schema?.elements[`${element}[x]`]
  return (choice?.type ?? []).map(({ code }) => ({ key: element + code[0]!.toUpperCase() + code.slice(1), type: code }))
}
