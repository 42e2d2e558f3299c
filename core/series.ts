/** One image frame of a cine series with what is needed to order and place it. */
export interface Frame {
  sopInstanceUid: string
  /** Frame number inside its instance, from 1. */
  frameNumber: number
  /** Blob that holds the instance (a DICOM file as received). */
  sha256: string
  sliceLocation: number
  triggerTimeMs?: number
  /** Index of the cardiac phase within its slice, from 0, after ordering. */
  phase?: number
  imagePositionPatient?: [number, number, number]
  imageOrientationPatient?: [number, number, number, number, number, number]
  rows: number
  columns: number
  pixelSpacing?: [number, number]
}

/** An assembled image series: frames ordered by slice position, then by trigger time. */
export interface Series {
  studyInstanceUid: string
  seriesInstanceUid: string
  modality: string
  sopClassUid: string
  description?: string
  startedAt?: import('./time.ts').ClinicalTime
  frames: Frame[]
  complete: boolean
  /** True when a source object says (0008,001C) Synthetic Data YES. */
  synthetic: boolean
  /** Kept attributes, by tag 'GGGGEEEE'. */
  tags: Record<string, unknown>
}
