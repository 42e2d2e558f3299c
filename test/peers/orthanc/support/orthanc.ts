import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, listening } from '../../dicom/support/dcmtk.ts'

export interface OrthancOptions {
  /** Where it may send: name -> port of a provider of AE title HISBUNDLE on this machine. */
  modalities?: Record<string, number>
  /** PEM: its own key and certificate, and whom it trusts. DICOM is then TLS both ways. */
  tls?: { key: string; cert: string; trusted: string }
}

/** Orthanc on free ports with a storage of its own, which ends with it. Its REST answers on the loopback only. */
export async function startOrthanc({ modalities = {}, tls }: OrthancOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hb-orthanc-'))
  const [dicomPort, httpPort] = [await freePort(), await freePort()]
  const pem = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const config = {
    Name: 'peer',
    StorageDirectory: join(folder, 'db'),
    IndexDirectory: join(folder, 'db'),
    HttpPort: httpPort,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomAet: 'ORTHANC',
    DicomPort: dicomPort,
    DicomCheckCalledAet: true,
    DicomAlwaysAllowStore: true,
    DicomAlwaysAllowEcho: true,
    Plugins: [],
    DicomModalities: Object.fromEntries(
      Object.entries(modalities).map(([name, port]) => [
        name,
        { AET: 'HISBUNDLE', Host: '127.0.0.1', Port: port, UseDicomTls: tls !== undefined }
      ])
    ),
    ...(tls
      ? {
          DicomTlsEnabled: true,
          DicomTlsPrivateKey: pem('key.pem', tls.key),
          DicomTlsCertificate: pem('cert.pem', tls.cert),
          DicomTlsTrustedCertificates: pem('trusted.pem', tls.trusted)
        }
      : {})
  }
  const file = join(folder, 'orthanc.json')
  writeFileSync(file, JSON.stringify(config))
  const child = spawn('Orthanc', [file], { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' }, cwd: folder })
  const base = `http://127.0.0.1:${httpPort}`
  const died = new Promise<never>((_resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Orthanc ended with ${code}`)))
  })
  died.catch(() => {})
  await Promise.race([Promise.all([listening(dicomPort), listening(httpPort)]), died])

  const rest = async <T>(path: string, body?: string | Uint8Array): Promise<{ status: number; json: T }> => {
    const init = body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : Buffer.from(body) }
    const response = await fetch(`${base}${path}`, init)
    return { status: response.status, json: (await response.json()) as T }
  }
  return {
    dicomPort,
    rest,
    /** Keeps a file as if it had been received. @returns Orthanc's id of the instance */
    async upload(bytes: Uint8Array): Promise<string> {
      return (await rest<{ ID: string }>('/instances', bytes)).json.ID
    },
    /** C-STORE to a modality; Orthanc's own verdict. */
    store: (modality: string, ids: readonly string[]) =>
      rest<{ FailedInstancesCount?: number; InstancesCount?: number; HttpStatus?: number }>(
        `/modalities/${modality}/store`,
        JSON.stringify({ Resources: ids, Synchronous: true, Timeout: 10 })
      ),
    async file(id: string): Promise<Buffer> {
      return Buffer.from(await (await fetch(`${base}/instances/${id}/file`)).arrayBuffer())
    },
    instances: async (): Promise<string[]> => (await rest<string[]>('/instances')).json,
    async stop(): Promise<void> {
      child.kill('SIGKILL')
      await died.catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
