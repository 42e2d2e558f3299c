import type { LeadShape } from '../../../../signal/shape/lead-shape.ts'
import { qrsForm } from '../../../../signal/shape/qrs-waves.ts'
import type { WaveLobes } from '../../../../signal/shape/wave-lobes.ts'
import type { FeatureValue } from '../../types.ts'
import type { FeatureContext } from '../context.ts'
import { absent, worded } from '../feature-value.ts'

/** AHA/ACCF/HRS 2009 part IV: a T wave between -0.1 and 0.1 mV is flat. */
const FLAT_T_MV = 0.1
/** mV/s: 0.04 mV over the 80 ms behind J. */
const LEVEL_ST = 0.5

const FORMS: Record<string, (shape: LeadShape) => string | undefined> = {
  'qrs.form': ({ qrs }) => qrsForm(qrs),
  't.direction': ({ tLobes }) => direction(tLobes, FLAT_T_MV),
  't.form': ({ tLobes }) => form(tLobes),
  'st.form': ({ numbers: { stSlope } }) => {
    if (!Number.isFinite(stSlope)) return undefined
    if (Math.abs(stSlope) < LEVEL_ST) return 'horizontal'
    return stSlope > 0 ? 'upsloping' : 'downsloping'
  }
}
const P_FORMS: Record<string, (shape: LeadShape) => string | undefined> = {
  'p.direction': (shape) =>
    Number.isFinite(shape.numbers.pDuration) ? (direction(shape.pLobes, 0) ?? 'flat') : undefined,
  'p.form': ({ pLobes }) => form(pLobes)
}

/** Presence, direction and form of the waves of the median beat in words, lead by lead. */
export function leadFormFeatures(context: FeatureContext): FeatureValue[] {
  return context.leads.flatMap(({ name, shape, absent: reason, limited }) => {
    const why = reason ?? context.shapeAbsent ?? 'beats-too-few'
    if (reason || !shape) {
      return [
        absent('waves.present', why, name),
        ...Object.keys(P_FORMS).map((id) => absent(id, context.pAbsent ?? why, name)),
        ...Object.keys(FORMS).map((id) => absent(id, why, name))
      ]
    }
    const said = (id: string, text: string | undefined) => worded(id, text, { lead: name, limited })
    return [
      said('waves.present', wavesOf(shape, context.pAbsent !== undefined)),
      ...Object.entries(P_FORMS).map(([id, read]) =>
        context.pAbsent ? absent(id, context.pAbsent, name) : said(id, read(shape))
      ),
      ...Object.entries(FORMS).map(([id, read]) => said(id, read(shape)))
    ]
  })
}

function wavesOf({ pLobes, qrs, tLobes }: LeadShape, withoutP: boolean): string | undefined {
  const waves = [
    !withoutP && pLobes && 'P',
    qrs.q && 'Q',
    qrs.r && 'R',
    qrs.s && (qrs.qs ? 'QS' : 'S'),
    qrs.rPrime && "R'",
    qrs.sPrime && "S'",
    tLobes && 'T'
  ].filter((wave) => typeof wave === 'string')
  return waves.length > 0 ? waves.join(' ') : undefined
}

function direction(lobes: WaveLobes | undefined, flatMv: number): string | undefined {
  if (!lobes) return undefined
  if (lobes.biphasic) return 'biphasic'
  const { amplitude } = lobes.main
  if (Math.abs(amplitude) < flatMv) return 'flat'
  return amplitude > 0 ? 'upright' : 'inverted'
}

const form = (lobes: WaveLobes | undefined): string | undefined => lobes && (lobes.biphasic ?? 'single')
