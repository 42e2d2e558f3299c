import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export interface Certificates {
  /** PEM of the authority that signed the others. */
  ca: string
  /** PKCS#12 of the broker (127.0.0.1 and kafka.test) and of what it trusts; the password is `password`. */
  keystore: string
  truststore: string
  password: string
  /** PEM of a client. */
  clientCert: string
  clientKey: string
}

/** An authority, a broker's and a client's certificate in `dir`, by openssl and keytool. */
export function makeCertificates(dir: string): Certificates {
  const file = (name: string): string => join(dir, name)
  const password = 'changeit'
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'pipe' })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=test ca'
  )
  const sign = (name: string, subject: string, ...further: string[]): void => {
    openssl('req', ...key, '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`), '-subj', subject, ...further)
    const authority = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-copy_extensions', 'copy']
    openssl('x509', '-req', '-in', file(`${name}.csr`), ...authority, '-out', file(`${name}.pem`), '-days', '2')
  }
  sign('broker', '/CN=kafka.test', '-addext', 'subjectAltName=DNS:kafka.test,IP:127.0.0.1')
  sign('client', '/CN=client')
  const pair = ['-in', file('broker.pem'), '-inkey', file('broker.key'), '-certfile', file('ca.pem')]
  openssl('pkcs12', '-export', ...pair, '-out', file('broker.p12'), '-name', 'broker', '-passout', `pass:${password}`)
  const trust = ['-importcert', '-noprompt', '-alias', 'ca', '-file', file('ca.pem'), '-keystore', file('trust.p12')]
  execFileSync('keytool', [...trust, '-storetype', 'PKCS12', '-storepass', password], { stdio: 'pipe' })
  return {
    ca: file('ca.pem'),
    keystore: file('broker.p12'),
    truststore: file('trust.p12'),
    password,
    clientCert: file('client.pem'),
    clientKey: file('client.key')
  }
}

/** Lines of server.properties for a listener named SECURE. */
export const tlsConfigs = ({ keystore, truststore, password }: Certificates): Record<string, string> => ({
  'ssl.keystore.type': 'PKCS12',
  'ssl.keystore.location': keystore,
  'ssl.keystore.password': password,
  'ssl.key.password': password,
  'ssl.truststore.type': 'PKCS12',
  'ssl.truststore.location': truststore,
  'ssl.truststore.password': password
})
