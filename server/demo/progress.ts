/** One line that moves on a terminal; every tenth step as a line elsewhere. Always to stderr. */
export function progress(total: number) {
  let done = 0
  return {
    step(what: string): void {
      done++
      const line = `[${'#'.repeat(Math.round((20 * done) / total)).padEnd(20, '.')}] ${String(done).padStart(3)}/${total}  ${what}`
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 100) - 1)}`)
      else if (done % 10 === 0 || done === total) process.stderr.write(`${line}\n`)
    },
    end(): void {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    }
  }
}
