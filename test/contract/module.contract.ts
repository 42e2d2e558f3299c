import type { Resource } from '@medplum/fhirtypes'
import type { InferenceModule, ModuleOutcome, ResultContext } from '../../core/inference-module.ts'
import { isLeadingResult } from '../../fhir-profiles/index.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { modelsOf } from '../../server/inference/result.ts'
import { resultWrites } from '../../server/inference/result-writes.ts'

export interface ModuleContractCase {
  module: InferenceModule
  runtime(): InferenceRuntime
  /** Site policy of every run. */
  policy?: Record<string, unknown>
  /** An input that must be scored or measured. */
  good(): unknown
  /** Hostile inputs by the refusal code they must meet. */
  hostile: [what: string, code: string, input: () => unknown][]
}

const context = (module: InferenceModule, runtime: InferenceRuntime): ResultContext => ({
  identity: {
    patient: 'Patient/p1',
    patientAtFirstWrite: 'Patient/p1',
    tracing: 't1',
    basis: ['Observation/ecg1/_history/1'],
    acquiredAt: '2026-01-05T08:30:00.000Z'
  },
  resultId: '5f0c2f0e-8f4e-5d3a-9a54-0c4b3b6f1d11',
  id: (role) => `5f0c2f0e-8f4e-5d3a-9a54-${role.padEnd(12, '0').slice(0, 12)}`,
  models: modelsOf(runtime, module).models,
  mode: 'shadow',
  firstRunAt: '2026-01-05T08:30:02.000Z',
  now: '2026-01-05T08:30:02.000Z',
  reads: ['Observation/ecg1/_history/1'],
  digest: 'b'.repeat(64)
})

/** All that the transaction of a finding writes, about a tracing 'Observation/ecg1'. */
export async function resultResources(
  module: InferenceModule,
  findings: unknown,
  runtime: InferenceRuntime,
  policy: Record<string, unknown> = {}
): Promise<Resource[]> {
  const outcome: ModuleOutcome<unknown> = { kind: 'finding', findings }
  const writes = await resultWrites({
    module,
    outcome,
    context: context(module, runtime),
    policy,
    hashOf: () => 'a'.repeat(64),
    previous: new Map()
  })
  return writes.map(({ resource }) => resource)
}

/** What every inference module must keep (style.md section 8). */
export function moduleContract({ module, runtime, good, hostile, policy = {} }: ModuleContractCase): void {
  const findingsOf = (input: unknown) => runtime().run(module.manifest.id, input, policy)
  const written = (findings: unknown): Promise<Resource[]> => resultResources(module, findings, runtime(), policy)
  const results = (resources: Resource[]) =>
    resources.filter(({ resourceType }) => ['RiskAssessment', 'Observation', 'DiagnosticReport'].includes(resourceType))

  describe(`module ${module.manifest.id}`, () => {
    test('names itself by its contract and its model roles', () => {
      expect(module.manifest.contract).toMatch(/^[a-z0-9-]+\/\d+$/)
      expect(module.manifest.contract.startsWith(`${module.manifest.id}/`)).toBe(true)
      expect(module.manifest.models.length).toBeGreaterThan(0)
    })

    test('answers a good input twice alike, and scores it within 0..1 where it predicts', async () => {
      const [first, second] = [await findingsOf(good()), await findingsOf(good())]
      expect(second).toEqual(first)
      const scores = module.scores!(first)
      expect(scores).not.toHaveProperty('refused')
      for (const value of Object.values(scores)) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
      }
    })

    test('its input and findings survive structured clone', async () => {
      expect(structuredClone(good())).toEqual(good())
      const findings = await findingsOf(good())
      expect(structuredClone(findings)).toEqual(findings)
    })

    test('gives the same ids and bytes for the same findings', async () => {
      const findings = await findingsOf(good())
      expect(await written(findings)).toEqual(await written(findings))
    })

    test('labels every result AIAST and research-only, and brings model version and sha256 to FHIR', async () => {
      const resources = await written(await findingsOf(good()))
      expect(results(resources).length).toBeGreaterThan(0)
      for (const resource of results(resources)) {
        expect(resource.meta?.security?.map(({ code }) => code)).toContain('AIAST')
        expect(JSON.stringify(resource)).toContain('Not for clinical use')
      }
      expect(resources.filter(isLeadingResult)).toHaveLength(1)
      const { manifest } = runtime().model(module.manifest.models[0]!)
      const device = JSON.stringify(resources.find(({ resourceType }) => resourceType === 'Device'))
      expect(device).toContain(manifest.sha256)
      expect(device).toContain(manifest.version)
    })

    test.each(hostile)('refuses %s by code %s, as resources without a number', async (_, code, input) => {
      const findings = await findingsOf(input())
      expect(module.scores!(findings)).toEqual({ refused: code })
      const resources = results(await written(findings))
      const text = JSON.stringify(resources)
      expect(text).toContain(`"${code}"`)
      expect(text).not.toContain('probabilityDecimal')
      expect(text).not.toContain('valueQuantity')
    })
  })
}
