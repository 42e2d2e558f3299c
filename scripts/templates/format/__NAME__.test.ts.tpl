import { readFileSync } from 'node:fs'
import type { Observation } from '@medplum/fhirtypes'
import { envelopeOf, feedOf, resourcesOf } from '../../../test/support/decoded-valid.ts'
import format from './index.ts'

const bytes = readFileSync(new URL('./fixtures/sample.hl7', import.meta.url))

test('an OBX becomes an Observation with its value and unit', async () => {
  const decoded = await format.decode(envelopeOf(bytes), feedOf())
  const observations = resourcesOf(decoded).filter(({ resource }) => resource.resourceType === 'Observation')
  // OBX-5 and OBX-6 of the fixture.
  expect(observations.map(({ resource }) => (resource as Observation).valueQuantity)).toMatchObject([
    { value: 4.1, code: 'mmol/L' }
  ])
})

test('without a PID the message is refused by code', () => {
  const withoutPid = Buffer.from(bytes.toString().replace(/\rPID[^\r]*/, ''))
  expect(() => format.decode(envelopeOf(withoutPid), feedOf())).toThrow(
    expect.objectContaining({ code: 'HL7_SEGMENT_MISSING', at: 'PID' })
  )
})
