// Writes docs/errors.md from core/errors/table.ts: `env node scripts/errors-doc.ts`. test/errors.test.ts compares them.
import { writeFileSync } from 'node:fs'
import { ERRORS } from '../core/errors/table.ts'

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, e]) =>
      `| ${code} | ${e.summary} | ${e.retry} | ${e.ack} ${e.hl7} | ${e.fhir} | ${e.http} | 0x${e.dimse.toString(16).padStart(4, '0').toUpperCase()} | ${e.ref} |`
  )
  return `# Coded errors

Every refusal, park and failure of His Bundle carries one of these codes. A position (segment and field, DICOM tag, FHIR
expression) and a short reason word may stand beside it; a value of the input never does.

- **try again**: \`never\` the same bytes will always fail; \`later\` a passing condition, tried again by itself;
  \`after-change\` a person changes configuration, code map or data first, then \`hisbundle replay\` brings it back.
- **HL7** is the acknowledgement (AE error, AR reject; CE, CR in enhanced mode) and the code of ERR-3 (table 0357).

This page is generated from \`core/errors/table.ts\` by \`scripts/errors-doc.ts\`.

| code | meaning | try again | HL7 | FHIR issue | HTTP | DIMSE | rule |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

if (import.meta.main) writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage())
