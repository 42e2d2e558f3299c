import { DicomScp } from '../../dicom/net/scp.ts'
import { SOP_CLASS } from '../../dicom/uids.ts'
import { abort, associateRq, echoRq, pData, releaseRq } from '../fuzz/support/dimse-bytes.ts'
import { type Address, talk } from '../fuzz/support/talk.ts'
import { ForgetfulProvider } from './associations.vulnerable.ts'
import { heldAndSeenFailing } from './held-and-seen-failing.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Provider {
  readonly size: number
  start(): Promise<Address>
  stop(): Promise<void>
}
type Make = (spoolDir: string) => Provider

const ours: Make = (spoolDir) =>
  new DicomScp({
    port: 0,
    aeTitle: 'HISBUNDLE',
    sopClasses: [SOP_CLASS.mrImage],
    maxObjectBytes: 1_000_000,
    maxAssociations: 16,
    idleTimeoutMs: 5000,
    spoolDir,
    store: async () => undefined
  })

const open = [
  associateRq('HISBUNDLE', [{ id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntax: '1.2.840.10008.1.2' }]),
  pData(1, 3, echoRq())
]
const half = Buffer.concat(open).subarray(0, 150)

/** Associations that are left after some have ended in this way; 10^4 of them: test/fuzz/run.ts associations. */
async function left(make: Make, end: (address: Address) => Promise<unknown>): Promise<number> {
  const { dir, remove } = temporaryFolder()
  const provider = make(dir)
  const { port } = await provider.start()
  try {
    for (let n = 0; n < 30; n++) await end({ host: '127.0.0.1', port })
    // The peer sees the end before the provider has noted it.
    for (let turn = 0; turn < 1000 && provider.size > 0; turn++) await new Promise((next) => setImmediate(next))
    return provider.size
  } finally {
    await provider.stop()
    remove()
  }
}

heldAndSeenFailing<Make>(
  'nothing of an association is left when it has ended (A3-35)',
  {
    'by a release': async (make) => expect(await left(make, (to) => talk(to, [...open, releaseRq()]))).toBe(0),
    'by an abort': async (make) => expect(await left(make, (to) => talk(to, [...open, abort()]))).toBe(0),
    'in the middle of a PDU': async (make) => expect(await left(make, (to) => talk(to, [half]))).toBe(0),
    'by a reset in the middle of a PDU': async (make) =>
      expect(await left(make, (to) => talk(to, [half], { hangUp: true }))).toBe(0)
  },
  { real: ours, weak: () => new ForgetfulProvider() }
)

heldAndSeenFailing<Make>(
  'a listener that was told nothing else is on loopback (A3-35b)',
  {
    DIMSE: async (make) => {
      const { dir, remove } = temporaryFolder()
      const provider = make(dir)
      const { host } = await provider.start()
      await provider.stop()
      remove()
      expect(['127.0.0.1', '::1']).toContain(host)
    }
  },
  { real: ours, weak: () => new ForgetfulProvider() }
)
