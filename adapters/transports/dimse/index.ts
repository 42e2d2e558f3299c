import { type Arrival, defineTransport } from '../../../core/transport.ts'
import { DicomScp } from '../../../dicom/net/scp.ts'
import type { ReceivedObject } from '../../../dicom/net/scp-options.ts'
import { checkPeersTls, readServerTls } from '../../server-tls.ts'
import { readOptions } from './options.ts'

const MEDIA_TYPE = 'application/dicom'

/**
 * C-STORE and C-ECHO provider. Status 0000 is sent when `accept` has resolved, also for an object that was received before; an
 * error of `accept` goes out as its DIMSE status. What reaches the bus is a complete Part 10 file.
 */
export default defineTransport({
  name: 'dimse',
  families: ['dicom'],
  peerRules: ['addresses', 'clientCertificates', 'callingAeTitles'],
  options: (raw) => ({ ...readOptions(raw) }),
  create(context) {
    const { tls, ...options } = readOptions(context.options)
    const { peers, peerRefused } = context
    checkPeersTls(tls, peers, 'options.tls')
    const scp = new DicomScp({
      ...options,
      ...(tls ? { tls: readServerTls(tls, 'options.tls', peers) } : {}),
      peers,
      peerRefused,
      spoolDir: context.spoolDir,
      receiving: () => context.receiving?.(),
      async store(object) {
        await context.accept(arrivalOf(object))
      },
      refused(error, callingAeTitle) {
        context.log.warn(
          { feed: context.feed, code: error.code, reason: error.reason, at: error.at },
          'DICOM object refused'
        )
        context.refuse({ family: 'dicom', mediaType: MEDIA_TYPE, bytes: new Uint8Array(), peer: callingAeTitle }, error)
      }
    })
    return {
      async start() {
        const { host, port } = await scp.start()
        const name = host.includes(':') ? `[${host}]` : host
        return { address: `dicom${tls ? 's' : ''}://${name}:${port}/${encodeURIComponent(options.aeTitle)}` }
      },
      stop: () => scp.stop()
    }
  }
})

function arrivalOf({ file, sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle }: ReceivedObject): Arrival {
  return {
    family: 'dicom',
    mediaType: MEDIA_TYPE,
    bytes: file,
    peer: callingAeTitle,
    correlation: { sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle }
  }
}
