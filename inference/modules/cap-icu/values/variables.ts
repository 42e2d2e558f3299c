import { readFileSync } from 'node:fs'
import { LOINC_BP_PANELS, SYSTEM_LOINC } from './codes.ts'

/** One variable of a stay (variables.json). */
export interface Variable {
  key: string
  title: string
  /** Canonical, UCUM. */
  unit: string
  loinc: readonly string[]
  /** In the canonical unit, both ends included. */
  plausible: readonly [number, number]
  /** UCUM unit -> what makes it canonical: a factor, or factor and offset. */
  convert: Readonly<Record<string, number | { factor: number; offset: number }>>
}

const TABLE = JSON.parse(readFileSync(new URL('../variables.json', import.meta.url), 'utf8')) as {
  variables: readonly Variable[]
}

export const VARIABLES: readonly Variable[] = TABLE.variables

const BY_KEY = new Map(VARIABLES.map((variable) => [variable.key, variable]))
const BY_LOINC = new Map(VARIABLES.flatMap((variable) => variable.loinc.map((code) => [code, variable] as const)))

export interface CodedVariable {
  variable: string
  system: string
  code: string
}

/** Which variable a coding names: by LOINC, else by the site's own codes. */
export interface VariableLookup {
  variableOf(coding: { system?: string; code?: string }): Variable | undefined
  /** 'system|code' of everything that may hold a value, for one search: variables, panels with components, site codes. */
  tokens: readonly string[]
}

/** @param site codes of the site for variables; one for an unknown variable is left out (checked when the configuration is read) */
export function variableLookup(site: readonly CodedVariable[] = []): VariableLookup {
  const bySite = new Map(
    site.flatMap(({ variable, system, code }) => {
      const known = BY_KEY.get(variable)
      return known ? [[`${system}|${code}`, known] as const] : []
    })
  )
  const tokens = [...BY_LOINC.keys(), ...LOINC_BP_PANELS].map((code) => `${SYSTEM_LOINC}|${code}`)
  return {
    variableOf: ({ system, code }) =>
      code === undefined
        ? undefined
        : (bySite.get(`${system ?? ''}|${code}`) ?? (system === SYSTEM_LOINC ? BY_LOINC.get(code) : undefined)),
    tokens: [...new Set([...tokens, ...bySite.keys()])]
  }
}

export const isVariable = (key: string): boolean => BY_KEY.has(key)
