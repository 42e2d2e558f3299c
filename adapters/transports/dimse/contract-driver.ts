import { parseDicomAddress } from '../../../dicom/net/peer.ts'
import { sendInstances } from '../../../dicom/net/scu.ts'
import { sampleMr } from '../../../dicom/testing/samples.ts'
import { defineTransportDriver } from '../../transport-driver.ts'

const TIMEOUT_MS = 5000

/** An honest SCU: one association, one C-STORE, the answer by its own status. */
export default defineTransportDriver({
  async send(address, n) {
    const peer = { ...parseDicomAddress(address), callingAeTitle: 'CONTRACT' }
    const object = sampleMr(0, n, { uids: { study: '2.25.10', series: '2.25.11', instance: `2.25.99.${n + 1}` } })
    const [result] = await sendInstances(peer, [object], { timeoutMs: TIMEOUT_MS })
    if (result?.status === 0) return 'taken'
    return result?.outcome === 'refused' ? 'refused' : 'no-answer'
  },
  tooSmall: { maxObjectBytes: 200 },
  impatient: { idleTimeoutMs: 200 }
})
