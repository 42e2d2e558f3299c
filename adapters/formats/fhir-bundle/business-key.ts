/** Parts joined by '|': a bar or percent sign inside a part is written %7C, %25. */
export const businessKey = (...parts: string[]): string =>
  parts.map((part) => part.replaceAll('%', '%25').replaceAll('|', '%7C')).join('|')
