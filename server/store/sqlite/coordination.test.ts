import { inProcessCoordination } from './coordination.ts'

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

describe('coordination of one process', () => {
  test('two that lead the same take turns, and stop waits for the work to end', async () => {
    const coordination = inProcessCoordination()
    const seen: string[] = []
    const began = Promise.withResolvers<void>()
    const next = Promise.withResolvers<void>()
    const first = coordination.lead('relay', async (lost) => {
      seen.push('first begins')
      began.resolve()
      await aborted(lost)
      seen.push('first ends')
    })
    const second = coordination.lead('relay', async (lost) => {
      seen.push('second begins')
      next.resolve()
      await aborted(lost)
    })
    await began.promise
    expect(seen).toEqual(['first begins'])
    await first.stop()
    await next.promise
    expect(seen).toEqual(['first begins', 'first ends', 'second begins'])
    await second.stop()
  })

  test('work that throws is taken up again', async () => {
    const coordination = inProcessCoordination(1)
    let times = 0
    const again = Promise.withResolvers<void>()
    const lead = coordination.lead('x', async () => {
      if (++times > 1) again.resolve()
      throw new Error('passing')
    })
    await again.promise
    await lead.stop()
    expect(times).toBeGreaterThan(1)
  })

  test('what is announced is heard until listening ends', () => {
    const coordination = inProcessCoordination()
    const heard: string[] = []
    const end = coordination.listen('settled', (text) => heard.push(text))
    coordination.announce('settled', 'a')
    coordination.announce('other', 'b')
    end()
    coordination.announce('settled', 'c')
    expect(heard).toEqual(['a'])
  })
})
