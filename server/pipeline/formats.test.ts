import { FORMATS } from './fixtures/world.ts'
import { discoverFormats, loadFormats } from './formats.ts'

test('finds the folders that hold a format', async () => {
  expect(await discoverFormats(FORMATS)).toEqual(['rival', 'scripted'])
})

test('names the one enabled format of a kind; none and two are coded', async () => {
  const formats = await loadFormats(FORMATS)
  expect(formats.find('signal', 'scripted').name).toBe('scripted')
  expect(() => formats.find('signal', 'both')).toThrow(expect.objectContaining({ code: 'AMBIGUOUS_FORMAT' }))
  expect(() => formats.find('hl7v2', 'scripted')).toThrow(expect.objectContaining({ code: 'NO_FORMAT' }))
  expect(formats.find('signal', 'both', ['rival']).name).toBe('rival')
})

test('a format that is not enabled is not there', async () => {
  const formats = await loadFormats(FORMATS, ['rival'])
  expect(() => formats.find('signal', 'scripted')).toThrow(expect.objectContaining({ code: 'NO_FORMAT' }))
  expect(formats.familyOf('application/x-scripted')).toBeUndefined()
  expect(formats.familyOf('Application/X-Rival; charset=utf-8')).toBe('signal')
})

test('enabling what has no folder is a fault of the configuration', async () => {
  await expect(loadFormats(FORMATS, ['nothing'])).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
