import { manifest } from '../../manifest.ts'

/** JSON schema of `columns.json` (docs/evaluate.md): how a hospital's own tables are to be read. */
const NAME = { type: 'string', minLength: 1, maxLength: 200 }
/** A file beside columns.json: no folders. */
const FILE = { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$' }
const CODES = { type: 'array', items: { type: 'string', maxLength: 200 }, minItems: 1, maxItems: 100 }
const UNIT = { type: 'string', minLength: 1, maxLength: 60 }

const object = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties
})

const NAMED_OR = (form: unknown) => ({ anyOf: [NAME, form] })

/** Keys are the table's own names. */
const mapOf = (value: unknown) => ({
  type: 'object',
  minProperties: 1,
  maxProperties: 2000,
  propertyNames: NAME,
  additionalProperties: value
})

export const COLUMNS_SCHEMA = {
  ...object(['file', 'id', 'outcome', 'age', 'sex', 'window'], {
    file: FILE,
    delimiter: { enum: [',', ';', '\t'] },
    decimal: { enum: ['.', ','] },
    id: NAME,
    patient: NAME,
    outcome: NAMED_OR(object(['column', 'died', 'survived'], { column: NAME, died: CODES, survived: CODES })),
    age: NAME,
    sex: object(['column', 'female', 'male'], { column: NAME, female: CODES, male: CODES }),
    race: NAME,
    unit: object(['column'], {
      column: NAME,
      coronary: CODES,
      'cardiac-surgery': CODES,
      medical: CODES,
      surgical: CODES
    }),
    window: { enum: [24, 48] },
    role: { enum: [...manifest.models] },
    groups: mapOf(NAME),
    others: mapOf(NAME),
    columns: mapOf(NAMED_OR(object(['feature'], { feature: NAME, unit: UNIT }))),
    values: object(['file', 'id', 'time', 'parameter', 'value', 'parameters'], {
      file: FILE,
      id: NAME,
      time: NAME,
      parameter: NAME,
      value: NAME,
      unit: NAME,
      parameters: mapOf(NAMED_OR(object(['variable'], { variable: NAME, unit: UNIT })))
    })
  }),
  // One or the other: a row of statistics, or values with their time.
  oneOf: [{ required: ['columns'] }, { required: ['values'] }]
}
