/** An ECG cart: simulated 12-lead waveform objects by C-STORE over several associations. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDicomAddress } from '../../../dicom/net/peer.ts'
import { sendInstances } from '../../../dicom/net/scu.ts'
import { serveLoad } from '../support/load.ts'
import { ecgObject, person } from '../support/messages.ts'

const MINUTES_AGO = 10
let objects: Uint8Array[] = []

serveLoad({ prepare, send, write })

/** Objects are made before the clock runs. */
async function prepare({ people }: { people: number }): Promise<{ bytes: number }> {
  const at = new Date(Date.now() - MINUTES_AGO * 60_000)
  objects = Array.from({ length: people }, (_, number) => ecgObject(person(number), { number, at }))
  return { bytes: objects.reduce((sum, { byteLength }) => sum + byteLength, 0) }
}

/** The objects as files, for a peer's own sender. */
async function write({ folder }: { folder: string }): Promise<string[]> {
  const paths = objects.map((_, number) => join(folder, `${number}.dcm`))
  objects.forEach((bytes, number) => {
    writeFileSync(paths[number]!, bytes)
  })
  return paths
}

async function send({ address, associations }: { address: string; associations: number }) {
  const began = performance.now()
  const results = await sendInstances(parseDicomAddress(address), objects, { associations })
  return {
    stored: results.filter(({ outcome }) => outcome === 'stored').length,
    seconds: (performance.now() - began) / 1000
  }
}
