/** The usual way to get it wrong, for log-injection.test.ts only: fields pasted into a line of text. */
export const pastingLogger = (write: (line: string) => void) => ({
  warn: (fields: Record<string, unknown>, message: string): void =>
    write(`{"msg":"${message}",${Object.entries(fields).map(([name, value]) => `"${name}":"${String(value)}"`)}}\n`)
})
