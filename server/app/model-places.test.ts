import type { InferenceModule } from '../../core/inference-module.ts'
import { modelPlacesOf } from './model-places.ts'

const module = { manifest: { id: 'cap-icu', models: ['a/1', 'b/1'] } } as unknown as InferenceModule
const choicesOf = (model: string | Record<string, string> | undefined) =>
  modelPlacesOf({ models: {}, dataDir: 'data' }, [{ module, config: { model } }]).choices

test.each([
  ['none', undefined, {}],
  ['one name for all roles', 'shipped', { 'a/1': 'shipped', 'b/1': 'shipped' }],
  ['a folder for one of several roles', { 'b/1': 'our-weights' }, { 'b/1': 'our-weights' }]
])('a configuration that names %s', (_, model, choices) => {
  expect(choicesOf(model)).toEqual(choices)
})
