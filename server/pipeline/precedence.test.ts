import { createPrecedence } from './precedence.ts'

/** Time moves only in pauses; `after` happens at the end of each. */
function build({ lag = 0, after = () => {} }: { lag?: number; after?: (now: number) => void } = {}) {
  let now = 1000
  const precedence = createPrecedence({
    lag: () => lag,
    monotonic: () => now,
    async pause(ms) {
      now += ms
      after(now)
    }
  })
  const waited = async (family: 'dicom' | 'hl7v2' = 'dicom'): Promise<number> => {
    const before = now
    await precedence.turn(family)
    return now - before
  }
  return { ...precedence, waited }
}

test('lets the record of a family go on at once when nothing comes in, and after a silence when something did', async () => {
  const { receiving, waited } = build()
  expect(await waited()).toBe(0)
  receiving('dicom')
  expect(await waited()).toBe(20)
  expect(await waited()).toBe(0)
})

test('waits while a burst lasts, but no longer than a second', async () => {
  const { receiving, waited } = build({ after: () => receiving('dicom') })
  receiving('dicom')
  expect(await waited()).toBe(1000)
})

test('waits for a message that is on its way to the bus, however long the disk takes', async () => {
  let done = (): void => {}
  const { receiving, taking, waited } = build({ after: (now) => now === 1300 && done() })
  receiving('dicom')
  done = taking('dicom')
  // The append ends at 1300; then the silence.
  expect(await waited()).toBe(320)
})

test('never lets one family wait for another, nor a family that gave no hint for itself', async () => {
  const { receiving, taking, waited } = build()
  receiving('dicom')
  taking('hl7v2')
  expect(await waited('hl7v2')).toBe(0)
})

test('shares as equals behind a long backlog', async () => {
  const { receiving, waited } = build({ lag: 5001 })
  receiving('dicom')
  expect(await waited()).toBe(0)
})
