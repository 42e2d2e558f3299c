import { SYSTEM } from '../../../../fhir-profiles/index.ts'

export const SYSTEM_LOINC: string = SYSTEM.loinc

/** Panels whose components hold pressures: blood pressure panel, the older one with all its children, and vital signs. */
export const LOINC_BP_PANELS: readonly string[] = ['85354-9', '55284-4', '85353-1']
