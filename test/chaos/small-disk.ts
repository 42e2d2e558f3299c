import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SmallDisk {
  /** Takes all the space there is but `leaveBytes`. */
  fill(leaveBytes?: number): void
  /** Gives it back. */
  free(): void
  unmount(): void
}

/** A file system of its own of that size at `dir`; undefined where mounting is not allowed (Linux, root). */
export function smallDisk(dir: string, bytes: number): SmallDisk | undefined {
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', dir])
  if (status !== 0) return undefined
  const filler = join(dir, 'filler')
  return {
    fill(leaveBytes = 0) {
      // Page by page: the server writes at the same time, and takes of the last ones.
      const page = Buffer.alloc(4096)
      try {
        for (let { bavail, bsize } = statfsSync(dir); bavail * bsize > leaveBytes; { bavail, bsize } = statfsSync(dir))
          writeFileSync(filler, page, { flag: 'a' })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount: () => void spawnSync('umount', ['-l', dir])
  }
}
