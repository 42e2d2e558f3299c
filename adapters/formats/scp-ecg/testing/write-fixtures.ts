import { writeFileSync } from 'node:fs'
import { FIXTURES } from './samples.ts'

/** node adapters/formats/scp-ecg/testing/write-fixtures.ts: writes fixtures/*.scp anew; the bytes are the same each time. */
for (const [name, bytes] of FIXTURES) writeFileSync(new URL(`../fixtures/${name}.scp`, import.meta.url), bytes)
