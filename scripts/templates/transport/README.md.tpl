# __NAME__

FHIR JSON in netstrings over TCP, on loopback. Options: `port` (0: a free one), `maxBytes`, `idleTimeoutMs`, `maxConnections`.

- **Answered** after the durable append: netstring `taken <envelope id>`, else `refused <code>`.
- **Ignored**: nothing.
- **Refused**: `MESSAGE_TOO_LARGE`, `BAD_REQUEST` (framing), and what the intake rejects. The first two end the connection.

`contract-driver.ts` is the honest peer of the contract suite.
