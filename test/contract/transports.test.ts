import { existsSync, readdirSync } from 'node:fs'
import type { TransportDriver } from '../../adapters/transport-driver.ts'
import { loadTransport } from '../../server/app/discover.ts'
import { transportContract } from './transport.contract.ts'

const DIR = new URL('../../adapters/transports/', import.meta.url)

// Every folder under adapters/transports is found and held to the contract; none has to ask for it.
const names = readdirSync(DIR).filter((name) => existsSync(new URL(`${name}/index.ts`, DIR)))

test('transports are there, each with a contract-driver.ts', () => {
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name) => !existsSync(new URL(`${name}/contract-driver.ts`, DIR)))).toEqual([])
})

for (const name of names) {
  const folder = new URL(`${name}/`, DIR)
  if (!existsSync(new URL('contract-driver.ts', folder))) continue
  const { default: driver } = (await import(new URL('contract-driver.ts', folder).href)) as { default: TransportDriver }
  transportContract({ transport: await loadTransport(name), driver, folder })
}
