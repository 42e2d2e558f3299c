// Run after every `npm install`. npm ci refuses a lock file in which exact optional dependencies for other
// platforms are missing; npm install leaves them out when it could not resolve them on this platform.
// For each of them this adds the entry { version, os, cpu, optional } that makes npm ci skip it.
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const PLATFORMS = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  win: 'win32',
  freebsd: 'freebsd',
  android: 'android'
}
const CPUS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'wasm32', 'loong64', 'ppc64le']
let added = 0
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path ? `${path}/` : ''}node_modules/${name}`
    if (lock.packages[nested] || lock.packages[`node_modules/${name}`] || !/^\d/.test(version)) continue
    const words = name.split(/[-/]/)
    const os = Object.keys(PLATFORMS).find((o) => words.includes(o))
    const cpu = CPUS.find((c) => words.includes(c))
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(os ? { os: [PLATFORMS[os]] } : {}),
      ...(cpu ? { cpu: [cpu] } : {}),
      optional: true
    }
    added++
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`complete-lock: ${added} entries added\n`)
