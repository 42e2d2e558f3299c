import { writeFileSync } from 'node:fs'
import { FIXTURES } from './samples.ts'

/** node adapters/formats/edf/testing/write-fixtures.ts: writes fixtures/ anew. */
for (const [name, bytes] of FIXTURES) writeFileSync(new URL(`../fixtures/${name}`, import.meta.url), bytes)
