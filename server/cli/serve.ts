import { createLogger, type Logger } from '../../core/log.ts'
import { type App, createApp, type RunningApp } from '../app/create-app.ts'
import { loadConfig } from '../config/load.ts'
import { type Command, optionText, parseArgs } from './command.ts'

export const serve: Command = {
  name: 'serve',
  usage: 'serve [--config FILE] [--roles ROLE,...] [--json]',
  summary: 'run the server, or these roles of it (edge, ingest, inference, fhir, deliver), until SIGINT or SIGTERM',
  async run(args) {
    const { options } = parseArgs(args, { flags: ['json'], values: ['config', 'roles'] })
    const roles = optionText(options, 'roles')
    const config = loadConfig({
      file: optionText(options, 'config'),
      ...(roles === undefined ? {} : { override: { roles } })
    })
    const log = createLogger({ level: config.log.level })
    const app = await createApp(config, { log })
    const { http, feeds } = await started(app)
    if (options.json) process.stdout.write(`${JSON.stringify({ http, feeds, roles: config.roles })}\n`)
    else {
      process.stdout.write(
        config.roles.includes('fhir')
          ? `His Bundle is up.\n  HTTP      ${http}   (FHIR ${http}/fhir/R4, stories ${http}/admin/messages)\n`
          : `His Bundle is up.\n  HTTP      ${http}   (${config.roles.join(', ')})\n`
      )
      for (const feed of feeds) process.stdout.write(`  ${feed.name.padEnd(9)} ${feed.address}\n`)
    }
    process.on('SIGHUP', () => {
      log.info({ signal: 'SIGHUP' }, 'looking at the model folders again')
      // What went wrong is in the log, the metric and a Task.
      void app.models.reload().catch(() => {})
    })
    await stopSignal()
    log.info({}, 'stopping')
    return (await stopsInTime(app.stop())) ? 0 : giveUp(log)
  }
}

/** A server that cannot start ends: whoever runs it starts it again when its engines are there. */
async function started(app: App): Promise<RunningApp> {
  try {
    return await app.start()
  } catch (error) {
    await stopsInTime(app.stop().catch(() => {}))
    // What still holds the process (a client that waits for its peer) is cut, after the error has been printed.
    setTimeout(() => process.exit(1), 500)
    throw error
  }
}

/** What does not end in this time is cut: it lies on the bus or in the outbox, for whoever goes on. */
const STOP_WITHIN_MS = 30_000

async function stopsInTime(stopping: Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), STOP_WITHIN_MS)
  try {
    return await Promise.race([stopping.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Sockets and threads may still be open: the process does not wait for them. */
function giveUp(log: Logger): never {
  log.error({ ms: STOP_WITHIN_MS }, 'not everything stopped in time: cut')
  process.exit(1)
}

/** Resolves on the first SIGINT or SIGTERM; a second one ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const ask = (): void => {
      if (asked) process.exit(130)
      asked = true
      resolve()
    }
    process.on('SIGINT', ask)
    process.on('SIGTERM', ask)
  })
}
