import type { Config } from './schema.ts'
import { SECTIONS } from './sections/index.ts'

/** What `npm start` runs with when no file says otherwise: everything embedded, loopback only, modules in shadow. */
export const DEFAULTS: Config = {
  dataDir: '.hisbundle',
  http: { host: '127.0.0.1', port: 8080, maxBodyBytes: 64 * 1024 * 1024 },
  auth: SECTIONS.auth.defaults,
  feeds: [
    { name: 'hl7', transport: 'mllp', options: { port: 2575 }, zone: 'UTC', codeMap: {} },
    { name: 'dicom', transport: 'dimse', options: { port: 11112, aeTitle: 'HISBUNDLE' }, zone: 'UTC', codeMap: {} },
    { name: 'http', transport: 'http-drop', options: {}, zone: 'UTC', codeMap: {} },
    { name: 'handheld', transport: 'websocket-ecg', options: {}, zone: 'UTC', codeMap: {} }
  ],
  destinations: [],
  bus: SECTIONS.bus.defaults,
  store: SECTIONS.store.defaults,
  blobs: SECTIONS.blobs.defaults,
  retention: SECTIONS.retention.defaults,
  roles: SECTIONS.roles.defaults,
  siteSecretFile: '',
  modules: {
    'pocket-k': { mode: 'shadow', policy: {} },
    ecgomics: { mode: 'shadow', policy: {} },
    anyecg: { mode: 'shadow', policy: {} }
  },
  scores: SECTIONS.scores.defaults,
  loop: SECTIONS.loop.defaults,
  models: {},
  inference: { queue: 256 },
  limits: { maxMessageBytes: 256 * 1024 * 1024, decodeTimeoutMs: 20_000, decodeMemoryMiB: 512, maxLag: 20_000 },
  alerts: { fallbackOwner: 'fallback-queue', owners: [], provisionalPatients: false },
  outbound: true,
  subscriptions: { allowedHosts: [] },
  log: { level: 'info' }
}

/** Every legal key of a feed; undefined stands for 'no default'. */
export const FEED_DEFAULTS = {
  name: undefined,
  transport: undefined,
  formats: undefined,
  options: {},
  peers: undefined,
  defaultAuthority: undefined,
  zone: 'UTC',
  codeMap: {},
  replyTo: undefined
}

export const DESTINATION_DEFAULTS = {
  name: undefined,
  kind: undefined,
  address: undefined,
  profile: {},
  acceptsSynthetic: false,
  commitment: 'none'
}

export const MODULE_DEFAULTS = { mode: 'shadow', model: undefined, policy: {}, approval: undefined }
