import { createLogger } from '../../core/log.ts'
import { createApp } from '../app/create-app.ts'
import { loadConfig } from '../config/load.ts'
import { type Command, optionText, parseArgs } from './command.ts'

export const serve: Command = {
  name: 'serve',
  usage: 'serve [--config FILE] [--json]',
  summary: 'run the server until SIGINT or SIGTERM',
  async run(args) {
    const { options } = parseArgs(args, { flags: ['json'], values: ['config'] })
    const config = loadConfig({ file: optionText(options, 'config') })
    const log = createLogger({ level: config.log.level })
    const app = await createApp(config, { log })
    const { http, feeds } = await app.start()
    if (options.json) process.stdout.write(`${JSON.stringify({ http, feeds })}\n`)
    else {
      process.stdout.write(
        `His Bundle is up.\n  HTTP      ${http}   (FHIR ${http}/fhir/R4, stories ${http}/admin/messages)\n`
      )
      for (const feed of feeds) process.stdout.write(`  ${feed.name.padEnd(9)} ${feed.address}\n`)
    }
    await stopSignal()
    log.info({}, 'stopping')
    await app.stop()
    return 0
  }
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
