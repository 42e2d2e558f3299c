const DEFAULT_PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' }

/**
 * 'host' or 'host:port' of a configured allow-list covers the URL. The URL parser has already brought odd spellings of an
 * address (decimal, octal, short) to one form.
 *
 * @example isListed(new URL('https://models.ward.example/v1'), ['models.ward.example:443'])  // true
 */
export function isListed(url: URL, allowed: readonly string[]): boolean {
  const port = url.port || DEFAULT_PORTS[url.protocol]
  return allowed.includes(url.hostname) || allowed.includes(`${url.hostname}:${port}`)
}
