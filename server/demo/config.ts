import type { FeedConfig } from '../config/schema.ts'

const codeMap: FeedConfig['codeMap'] = {
  orders: { 'KSCREEN|L': 'pocket-k', 'L|KSCREEN': 'pocket-k', KSCREEN: 'pocket-k' },
  observations: {
    'L|K': { system: 'http://loinc.org', code: '2823-3', display: 'Potassium [Moles/volume] in Serum or Plasma' }
  }
}

/** The demo hospital: three MLLP feeds, a DICOM node, an HTTP drop and a live feed for handhelds on free ports, Pocket-K in advisory mode, the ICU estimate in shadow mode. */
export function demoConfig({
  dataDir,
  labAddress,
  modelSha256
}: {
  dataDir: string
  labAddress: string
  modelSha256: string
}) {
  const feed = (
    name: string,
    transport: string,
    options: Record<string, unknown>,
    more: Record<string, unknown> = {}
  ) => ({
    name,
    transport,
    options,
    defaultAuthority: 'DEMOHOSP',
    zone: 'UTC',
    codeMap,
    ...more
  })
  return {
    dataDir,
    http: { port: 0 },
    feeds: [
      feed('adt', 'mllp', { port: 0 }),
      // This sender's numbers mean nothing without their authority.
      feed('lab', 'mllp', { port: 0 }, { replyTo: 'lab-system', defaultAuthority: undefined }),
      feed('cart', 'mllp', { port: 0 }),
      feed('modality', 'dimse', { port: 0, aeTitle: 'HISBUNDLE', seriesTimeoutMs: 700 }),
      feed('drop', 'http-drop', {}),
      feed('handheld', 'websocket-ecg', {})
    ],
    destinations: [
      {
        name: 'lab-system',
        kind: 'mllp',
        address: labAddress,
        acceptsSynthetic: true,
        profile: {
          processingId: 'T',
          receivingApplication: 'LIS',
          receivingFacility: 'DEMOHOSP',
          sendingFacility: 'DEMOHOSP'
        }
      }
    ],
    modules: {
      'pocket-k': {
        mode: 'advisory',
        policy: {},
        approval: {
          approver: 'the demo',
          date: '2026-01-01',
          modelSha256,
          threshold: 0.5,
          evaluation: 'none: simulated demo, MSH-11 T'
        }
      },
      'cap-icu': { mode: 'shadow', policy: { wards: [{ match: 'MICU', kind: 'medical' }] } }
    },
    subscriptions: { allowedHosts: ['127.0.0.1'] },
    alerts: {
      fallbackOwner: 'fallback-queue',
      owners: [
        { location: 'CCU', owner: 'CCU team' },
        { location: 'DIAL', owner: 'Dialysis team' }
      ]
    },
    log: { level: 'error' }
  }
}
