import type { Device, DocumentReference } from '@medplum/fhirtypes'
import { uuidV5 } from '../../core/ids.ts'
import type { ModelFolder } from '../../core/model.ts'
import { concept } from '../codes/table.ts'
import { AI_DEVICE, AI_INPUT, EXTENSION, HIS, IDENTIFIER, PROFILE } from '../generated/constants.ts'
import { researchOnlySentence } from './ai-label.ts'

/** Kind of AI, a code of AIdeviceTypeCS that may stand in AIKind (the abstract groupers may not). */
export type AiKind = Exclude<keyof typeof AI_DEVICE, 'Artificial-Intelligence'>

/** Id of the Device of a model version: the same file, the same Device, at every site. */
export const aiDeviceId = (modelSha256: string): string => uuidV5('device', modelSha256)

/** Id of the model card of a model version. */
export const modelCardId = (modelSha256: string): string => uuidV5('model-card', modelSha256)

/**
 * One model version as a Device (HisBundleAiDevice): identified by the sha256 of its file, with version, kind, safety
 * and its card.
 *
 * @param kinds what sort of AI it is, at least one
 */
export function buildAiDevice(
  folder: Pick<ModelFolder, 'manifest' | 'shipped'>,
  kinds: readonly [AiKind, ...AiKind[]] = ['Deep-Learning-Models']
): Device & { id: string } {
  const { manifest } = folder
  return {
    resourceType: 'Device',
    id: aiDeviceId(manifest.sha256),
    meta: { profile: [PROFILE.aiDevice] },
    extension: [
      ...kinds.map((kind) => ({ url: EXTENSION.aiKind, valueCodeableConcept: concept(AI_DEVICE[kind]) })),
      {
        url: EXTENSION.modelCardDescription,
        valueReference: { reference: `DocumentReference/${modelCardId(manifest.sha256)}` }
      }
    ],
    identifier: [{ system: IDENTIFIER.modelSha256, value: manifest.sha256 }],
    status: 'active',
    manufacturer: folder.shipped ? 'His Bundle' : (manifest.source ?? 'Model supplied by the site'),
    deviceName: [{ name: manifest.name, type: 'model-name' }],
    modelNumber: manifest.implements,
    type: concept(AI_DEVICE['Artificial-Intelligence']),
    version: [
      { type: concept(HIS['model-version']), value: manifest.version },
      { type: concept(HIS['model-sha256']), value: manifest.sha256 }
    ],
    safety: [concept(HIS['research-only-device'])],
    note: [{ text: researchOnlySentence(manifest.training.kind) }]
  }
}

/**
 * The model card (HisBundleModelCard), in Markdown.
 *
 * @param cardMarkdown text of card.md
 */
export function buildModelCard(
  folder: Pick<ModelFolder, 'manifest'>,
  cardMarkdown: string
): DocumentReference & { id: string } {
  const { manifest } = folder
  return {
    resourceType: 'DocumentReference',
    id: modelCardId(manifest.sha256),
    meta: { profile: [PROFILE.modelCard] },
    identifier: [{ system: IDENTIFIER.modelCard, value: manifest.sha256 }],
    status: 'current',
    type: concept(AI_INPUT.AIModelCard),
    category: [concept(AI_INPUT.AIModelCardMarkdownFormat)],
    description: `Model card of ${manifest.name} ${manifest.version}`,
    content: [
      {
        attachment: {
          contentType: 'text/markdown',
          data: Buffer.from(cardMarkdown, 'utf8').toString('base64'),
          title: 'card.md'
        }
      }
    ]
  }
}
