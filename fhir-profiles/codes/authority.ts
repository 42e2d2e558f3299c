const OWN = 'urn:hisbundle:authority:'

/** URI of an assigning authority: an OID becomes urn:oid, a name stays a name under our own URN. */
export function authoritySystem(authority: string): string {
  return /^\d+(\.\d+)+$/.test(authority) ? `urn:oid:${authority}` : `${OWN}${encodeURIComponent(authority)}`
}

/** The inverse: the OID or name behind one of these URIs; any other URI is itself the authority. */
export function authorityOfSystem(system: string): string {
  if (!system.startsWith(OWN)) return system.replace(/^urn:oid:/, '')
  try {
    return decodeURIComponent(system.slice(OWN.length))
  } catch {
    // A lone '%' was not written by us.
    return system
  }
}
