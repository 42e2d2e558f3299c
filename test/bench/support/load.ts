import { fork } from 'node:child_process'
import { AppError } from '../../../core/errors/app-error.ts'

/**
 * Load generators run in processes of their own: a client in the server's process would share its event loop, and the
 * figure would be of both. One call at a time crosses by IPC; measured times stay on one side.
 */
export interface Load {
  call<T>(method: string, args?: unknown): Promise<T>
  stop(): void
}

type Methods = Record<string, (args: never) => Promise<unknown>>
type Answer = { result?: unknown; error?: string }

/** Starts test/bench/load/<name>.ts. */
export function startLoad(name: string): Load {
  const child = fork(new URL(`../load/${name}.ts`, import.meta.url), {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  return {
    call: <T>(method: string, args: unknown = {}) =>
      new Promise<T>((resolve, reject) => {
        const settle = (work: () => void): void => {
          child.off('exit', onExit).off('message', onMessage)
          work()
        }
        const failed = (text: string) => reject(new AppError('INTERNAL', { reason: 'bench-load', cause: text }))
        const onExit = () => settle(() => failed('the load process ended'))
        const onMessage = ({ result, error }: Answer) =>
          settle(() => (error === undefined ? resolve(result as T) : failed(error)))
        child.once('exit', onExit).once('message', onMessage)
        child.send({ method, args })
      }),
    stop: () => void child.kill()
  }
}

/** The other side: answers calls until the parent ends it. */
export function serveLoad(methods: Methods): void {
  process.on('message', ({ method, args }: { method: string; args: never }) => {
    methods[method]!(args).then(
      (result) => process.send!({ result } satisfies Answer),
      (error: unknown) => process.send!({ error: error instanceof Error ? error.stack : String(error) } as Answer)
    )
  })
  process.on('disconnect', () => process.exit(0))
}
