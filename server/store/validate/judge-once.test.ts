import type { Resource } from '@medplum/fhirtypes'
import { AppError } from '../../../core/errors/app-error.ts'
import { judgeOnce } from './judge-once.ts'

const patient = (id: string, gender = 'female'): Resource => ({ resourceType: 'Patient', id, gender }) as Resource

function build(options?: { max?: number; maxChars?: number }) {
  const judged: string[] = []
  const validate = judgeOnce((resource) => {
    judged.push(resource.id!)
    if ((resource as { gender?: string }).gender === 'wrong') throw new AppError('FHIR_INVALID')
  }, options)
  return { judged, validate }
}

test('judges equal content once, and changed content anew', () => {
  const { judged, validate } = build()
  validate(patient('a'))
  validate(patient('a'))
  validate(patient('a', 'male'))
  expect(judged).toEqual(['a', 'a'])
})

test('refuses again what it refused', () => {
  const { judged, validate } = build()
  for (let i = 0; i < 2; i++) expect(() => validate(patient('a', 'wrong'))).toThrow(AppError)
  expect(judged).toEqual(['a', 'a'])
})

test('forgets what was not seen longest, and never keeps what is large', () => {
  const { judged, validate } = build({ max: 2, maxChars: 60 })
  for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) validate(patient(id))
  expect(judged).toEqual(['a', 'b', 'c', 'b'])
  const large = patient('x'.repeat(60))
  validate(large)
  validate(large)
  expect(judged).toHaveLength(6)
})
