/** One element; names without prefix. */
export interface XmlElement {
  name: string
  attributes: ReadonlyMap<string, string>
  children: readonly XmlElement[]
  /** Text and CDATA of the element itself, joined; not of its children. */
  text: string
}

/** Children with a name, in their order. */
export const childrenOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? []

/** The first element along a path of names below `element`; undefined where a step is missing. */
export function elementAt(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let current = element
  for (const name of path) current = current?.children.find((child) => child.name === name)
  return current
}

/** Trimmed text of the element along a path; undefined when there is none or it is empty. */
export const textAt = (element: XmlElement | undefined, ...path: string[]): string | undefined =>
  elementAt(element, ...path)?.text.trim() || undefined

/** Trimmed attribute; undefined when it is absent or empty. */
export const attributeOf = (element: XmlElement | undefined, name: string): string | undefined =>
  element?.attributes.get(name)?.trim() || undefined

/** All elements of a name below `element`, at any depth, in document order. */
export function descendantsOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)])
}

/** A finite number written as XML Schema's decimal or double; undefined for anything else. */
export function numberOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? ''
  if (!/^[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?$/.test(trimmed)) return undefined
  const value = Number(trimmed)
  return Number.isFinite(value) ? value : undefined
}
