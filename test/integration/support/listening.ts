import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Local addresses ('127.0.0.1:2575') on which this process listens, TCP and UDP, as the kernel has them (Linux: /proc). */
export function listeningAddresses(): string[] {
  const inodes = new Set(
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  )
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/self/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      // State 0A listens, 07 is an unconnected UDP socket.
      .filter(([, , , state, , , , , , inode]) => inodes.has(inode ?? '') && (state === '0A' || state === '07'))
      .map(([, local = '']) => readable(local))
  )
}

/** '0100007F:0A0F' -> '127.0.0.1:2575': words in the byte order of the machine, which is little-endian wherever this runs. */
function readable(local: string): string {
  const [hex = '', port = ''] = local.split(':')
  const bytes = [...Buffer.from(hex, 'hex')]
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.slice(i * 4, i * 4 + 4).reverse()).flat()
  const address =
    words.length === 4
      ? words.join('.')
      : `[${Buffer.from(words)
          .toString('hex')
          .replace(/(.{4})(?!$)/g, '$1:')}]`
  return `${address}:${Number.parseInt(port, 16)}`
}
