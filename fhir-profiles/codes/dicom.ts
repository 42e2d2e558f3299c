import { SYSTEM } from './systems.ts'
import { type CodeRow, codings } from './table.ts'

/** DICOM controlled terminology (DCM), codes.md sections 2, 6 and 7; all verified there. */
export const DCM_ROWS = Object.freeze({
  bazett: ['122730', 'Bazett', 'V'],
  hodges: ['122731', 'Hodges', 'V'],
  fridericia: ['122732', 'Fridericia', 'V'],
  framingham: ['122733', 'Framingham', 'V'],
  finding: ['121071', 'Finding', 'V'],
  probability: ['122157', 'Probability', 'V'],
  algorithmName: ['111001', 'Algorithm Name', 'V'],
  algorithmParameters: ['111002', 'Algorithm Parameters', 'V'],
  algorithmVersion: ['111003', 'Algorithm Version', 'V'],
  algorithmManufacturer: ['122405', 'Algorithm Manufacturer', 'V'],
  imagingMeasurementReport: ['126000', 'Imaging Measurement Report', 'V'],
  measurementGroup: ['125007', 'Measurement Group', 'V'],
  trackingIdentifier: ['112039', 'Tracking Identifier', 'V'],
  trackingUniqueIdentifier: ['112040', 'Tracking Unique Identifier', 'V'],
  synthesizingEquipment: ['109100', 'Synthesizing Equipment', 'V'],
  artificialIntelligence: ['123110', 'Artificial Intelligence', 'V'],
  sourceImage: ['121322', 'Source image for image processing operation', 'V'],
  sourceSeries: ['121323', 'Source series for image processing operation', 'V'],
  application: ['110150', 'Application', 'V'],
  destinationRole: ['110152', 'Destination Role ID', 'V'],
  sourceRole: ['110153', 'Source Role ID', 'V'],
  export: ['110106', 'Export', 'V'],
  import: ['110107', 'Import', 'V'],
  securityAlert: ['110113', 'Security Alert', 'V'],
  electrocardiography: ['ECG', 'Electrocardiography', 'V'],
  magneticResonance: ['MR', 'Magnetic Resonance', 'V']
} satisfies Record<string, CodeRow>)

export const DCM = codings(SYSTEM.dcm, DCM_ROWS)

const PREFIX = '1.2.840.10008.5.1.4.1.1.'

/**
 * SOP Class UIDs (codes.md section 7). Note: ...1.1.9.1 alone is the retired Waveform Storage - Trial; the 12-lead class
 * is ...1.1.9.1.1.
 */
export const SOP_CLASS = Object.freeze({
  twelveLeadEcg: `${PREFIX}9.1.1`,
  generalEcg: `${PREFIX}9.1.2`,
  ambulatoryEcg: `${PREFIX}9.1.3`,
  general32BitEcg: `${PREFIX}9.1.4`,
  hemodynamic: `${PREFIX}9.2.1`,
  cardiacElectrophysiology: `${PREFIX}9.3.1`,
  arterialPulse: `${PREFIX}9.5.1`,
  respiratory: `${PREFIX}9.6.1`,
  multiChannelRespiratory: `${PREFIX}9.6.2`,
  sleepEeg: `${PREFIX}9.7.4`,
  bodyPosition: `${PREFIX}9.8.1`,
  mrImage: `${PREFIX}4`,
  enhancedMrImage: `${PREFIX}4.1`,
  secondaryCapture: `${PREFIX}7`,
  multiFrameGrayscaleWordSc: `${PREFIX}7.3`,
  enhancedSr: `${PREFIX}88.22`,
  comprehensiveSr: `${PREFIX}88.33`,
  comprehensive3dSr: `${PREFIX}88.34`,
  waveformAnnotationSr: `${PREFIX}88.77`,
  segmentation: `${PREFIX}66.4`,
  labelMapSegmentation: `${PREFIX}66.7`,
  parametricMap: `${PREFIX}30`,
  encapsulatedPdf: `${PREFIX}104.1`
} as const)
