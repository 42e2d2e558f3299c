import { demoJson, demoText } from '../demo/report.ts'
import { runDemo } from '../demo/run.ts'
import { type Command, parseArgs, UsageError } from './command.ts'
import { stopSignal } from './serve.ts'

export const demo: Command = {
  name: 'demo',
  usage: 'demo [--exit] [--json]',
  summary: 'start the server in a fresh folder and play a day of a small simulated hospital through its sockets',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['exit', 'json'] })
    if (positional.length > 0) throw new UsageError('demo takes options only')
    process.stderr.write('Starting the server on embedded parts (free ports, a fresh folder) ...\n')
    const run = await runDemo()
    process.stdout.write(options.json ? `${JSON.stringify(demoJson(run))}\n` : demoText(run))
    if (!options.exit && !options.json) {
      const { http, feeds } = run.running
      process.stdout.write(
        `The server stays up; Ctrl-C ends it. Look at\n  ${http}/fhir/R4/RiskAssessment      the results\n  ${http}/admin/messages             what became of each message\n  ${http}/admin/parked               what waits for a person\n`
      )
      for (const { name, address } of feeds) process.stdout.write(`  ${name.padEnd(9)} ${address}\n`)
      await stopSignal()
    }
    await run.stop()
    process.stderr.write(`What the server kept stays in ${run.dataDir}\n`)
    return 0
  }
}
