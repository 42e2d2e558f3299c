import type { Extension, Provenance, ProvenanceEntity } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import { DATA_OPERATION, OBSERVATION_VALUE, PARTICIPANT } from '../codes/hl7.ts'
import { concept } from '../codes/table.ts'
import { AI_DEVICE, EXTENSION, IDENTIFIER, PROFILE } from '../generated/constants.ts'

export interface ThresholdPolicy {
  /** Version of the site's policy. */
  version: string
  /** Version or digest of the calibration used. */
  calibration?: string
  /** Threshold name -> value, as compared with the served probability. */
  thresholds: Record<string, number>
}

export interface AiProvenanceInput {
  id?: string
  /** '<type>/<id>' of everything the run wrote. */
  targets: string[]
  /** 'Device/..' */
  device: string
  /** 'DocumentReference/..' */
  modelCard: string
  /** Further files that belong to the model (a case bank, an operating curve), by name and sha256. */
  assets?: readonly { file: string; sha256: string }[]
  /** Versioned references of all that was read; sha256 of the bytes for those that were hashed (the tracing's blob). */
  sources: { reference: string; sha256?: string }[]
  preprocessingId: string
  /** Present where a class was called. */
  thresholdPolicy?: ThresholdPolicy
  /** When the activity took place: first run. */
  occurred: string
  /** When this was recorded. */
  recorded: string
  /** Digest of the run (core ResultContext.digest). */
  digest: string
  /** Versioned references that this result supersedes. */
  revises?: string[]
  activity?: 'create' | 'update'
}

/**
 * The Provenance of an AI result (HisBundleAiProvenance): model, card, versioned and hashed inputs, preprocessing,
 * thresholds, digest. Inputs are sorted, so that the same run gives the same bytes.
 *
 * @throws AppError FHIR_INVALID when there is no target, a source has no version, or no source is hashed
 */
export function buildAiProvenance(input: AiProvenanceInput): Provenance {
  if (input.targets.length === 0) throw new AppError('FHIR_INVALID', { at: 'Provenance.target' })
  if (!input.sources.some((source) => source.sha256)) throw new AppError('FHIR_INVALID', { reason: 'no-input-hash' })
  return {
    resourceType: 'Provenance',
    ...(input.id ? { id: input.id } : {}),
    meta: { profile: [PROFILE.aiProvenance] },
    extension: [
      { url: EXTENSION.preprocessing, valueString: input.preprocessingId },
      { url: EXTENSION.runDigest, valueString: input.digest },
      ...(input.thresholdPolicy ? [policyExtension(input.thresholdPolicy)] : [])
    ],
    target: input.targets.map((reference) => ({ reference })),
    occurredDateTime: input.occurred,
    recorded: input.recorded,
    reason: [concept(OBSERVATION_VALUE.aiAsserted)],
    activity: concept(DATA_OPERATION[input.activity ?? 'create']),
    agent: [
      {
        type: concept(PARTICIPANT.author),
        role: [concept(AI_DEVICE['Artificial-Intelligence'])],
        who: { reference: input.device }
      }
    ],
    entity: [
      ...[...input.sources].sort(byReference).map(sourceEntity),
      ...(input.revises ?? []).map((reference) => ({ role: 'revision' as const, what: { reference } })),
      { role: 'derivation', what: { reference: input.modelCard } },
      ...(input.assets ?? []).map(
        ({ file, sha256 }): ProvenanceEntity => ({
          role: 'derivation',
          what: { identifier: { system: IDENTIFIER.blobSha256, value: sha256 }, display: file }
        })
      )
    ]
  }
}

function policyExtension(policy: ThresholdPolicy): Extension {
  const thresholds = Object.entries(policy.thresholds).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    url: EXTENSION.thresholdPolicy,
    extension: [
      { url: 'version', valueString: policy.version },
      ...(policy.calibration ? [{ url: 'calibration', valueString: policy.calibration }] : []),
      ...thresholds.map(([name, value]) => ({
        url: 'threshold',
        extension: [
          { url: 'name', valueString: name },
          { url: 'value', valueDecimal: value }
        ]
      }))
    ]
  }
}

function sourceEntity({ reference, sha256 }: AiProvenanceInput['sources'][number]): ProvenanceEntity {
  if (!reference.includes('/_history/')) throw new AppError('FHIR_INVALID', { reason: 'source-without-version' })
  return {
    ...(sha256 ? { extension: [{ url: EXTENSION.inputHash, valueString: sha256 }] } : {}),
    role: 'source',
    what: { reference }
  }
}

const byReference = (a: { reference: string }, b: { reference: string }): number =>
  a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0
