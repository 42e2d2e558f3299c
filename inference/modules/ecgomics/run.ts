import type { Models } from '../../../core/model.ts'
import { compareFeatures } from './compare.ts'
import { featuresCsv } from './csv.ts'
import { gate } from './gate.ts'
import { measure } from './measure.ts'
import { parametersOf } from './policy.ts'
import { prepare } from './prepare.ts'
import { buildReport } from './report/report.ts'
import type { EcgMeasurement, EcgomicsFindings, EcgomicsInput } from './types.ts'

/** gate -> measure -> report. Runs in the worker. */
export async function run(
  input: EcgomicsInput,
  models: Models,
  policy: Record<string, unknown>
): Promise<EcgomicsFindings> {
  const parameters = parametersOf(policy)
  const gated = gate(input, parameters)
  if (!gated.pass) return { kind: 'refused', code: gated.code, ...(gated.quality ? { quality: gated.quality } : {}) }
  const measurement = compared(await measure(input, parameters, models, gated.quality), input, policy)
  const { svg, pdf } = await buildReport(prepare(input, parameters), measurement)
  const { age, sex } = input
  return {
    kind: 'measured',
    measurement,
    report: { svg, pdf, csv: featuresCsv(measurement, input) },
    person: { ...(age === undefined ? {} : { age }), ...(sex ? { sex } : {}) }
  }
}

/** With what changed since the earlier tracing, where there is one. */
function compared(
  measurement: EcgMeasurement,
  { earlier }: EcgomicsInput,
  policy: Record<string, unknown>
): EcgMeasurement {
  if (!earlier) return measurement
  const features = compareFeatures(measurement.features, earlier.features, policy)
  return { ...measurement, changes: { tracing: earlier.tracing, acquiredAt: earlier.acquiredAt, features } }
}
