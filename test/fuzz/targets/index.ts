import type { Target } from '../support/target.ts'
import { dicom } from './dicom.ts'
import { associations, dimse } from './dimse.ts'
import { ecgFiles } from './ecg-files.ts'
import { fhir } from './fhir.ts'
import { hl7v2 } from './hl7v2.ts'
import { http, search } from './http.ts'
import { mllp } from './mllp.ts'

export const TARGETS: Readonly<Record<string, Target>> = {
  mllp,
  hl7v2,
  dimse,
  associations,
  dicom,
  'ecg-files': ecgFiles,
  fhir,
  http,
  search
}
