import type { XmlElement } from './xml/element.ts'

/**
 * Global measurements that a cart wrote, as statements 'name = value unit', in document order. What is no whole number ('Failed',
 * 'Indeterminate') is no value.
 *
 * @param units unit in which the format states each element that is carried over, by its name
 */
export const measurementStatements = (
  measured: XmlElement | undefined,
  units: Readonly<Record<string, string>>
): string[] =>
  (measured?.children ?? []).flatMap(({ name, text }) =>
    Object.hasOwn(units, name) && /^-?\d{1,5}$/.test(text.trim()) ? [`${name} = ${text.trim()} ${units[name]}`] : []
  )
