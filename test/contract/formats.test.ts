import { FORMATS_DIR } from '../../server/app/discover.ts'
import { DecodePool } from '../../server/pipeline/decode-pool.ts'
import { discoverFormats, importFormat } from '../../server/pipeline/formats.ts'
import { formatContract } from './format.contract.ts'

// Every folder under adapters/formats is found and held to the contract; none has to ask for it.
const names = await discoverFormats(FORMATS_DIR)
const all = await Promise.all(names.map((name) => importFormat(FORMATS_DIR, name)))
const pool = new DecodePool({ dir: FORMATS_DIR, names, workers: 1, timeoutMs: 5000, memoryMiB: 128 })
afterAll(() => pool.stop())

test('formats are there', () => expect(names.length).toBeGreaterThan(0))

for (const format of all) {
  formatContract({ format, folder: new URL(`${format.name}/`, FORMATS_DIR), all, pool: () => pool })
}
