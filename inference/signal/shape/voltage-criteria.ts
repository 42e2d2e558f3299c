/** Highest positive and deepest negative QRS deflection of a lead, both as positive mV; 0 where there is none. */
export interface QrsHeights {
  r: number
  s: number
}

/**
 * Sokolow-Lyon voltage: S in V1 + the larger R of V5 and V6 (Sokolow M, Lyon TP 1949, Am Heart J 37:161; left ventricular
 * hypertrophy from 3.5 mV on).
 * @returns mV
 */
export const sokolowLyon = ({ v1, v5, v6 }: Record<'v1' | 'v5' | 'v6', QrsHeights>): number =>
  v1.s + Math.max(v5.r, v6.r)

/**
 * Cornell voltage: R in aVL + S in V3 (Casale PN et al. 1985, J Am Coll Cardiol 6:572; above 2.8 mV in men, 2.0 in women).
 * @returns mV
 */
export const cornellVoltage = ({ avl, v3 }: Record<'avl' | 'v3', QrsHeights>): number => avl.r + v3.s

/**
 * Cornell product: Cornell voltage x QRS duration, with 0.6 mV added for women (Okin PM et al. 1995, J Am Coll Cardiol 25:417;
 * the 0.6 mV of Dahlof B et al. 1998, LIFE, Hypertension 32:989; above 244 mV.ms).
 * @param qrsMs QRS duration in ms
 * @returns mV.ms
 * @example cornellProduct({ voltage: 2, qrsMs: 100, sex: 'female' }) // 260
 */
export const cornellProduct = ({
  voltage,
  qrsMs,
  sex
}: {
  voltage: number
  qrsMs: number
  sex: 'male' | 'female'
}): number => (voltage + (sex === 'female' ? 0.6 : 0)) * qrsMs

/**
 * Peguero-Lo Presti voltage: deepest S of any lead + S in V4 (Peguero JG et al. 2017, J Am Coll Cardiol 69:1694; from 2.8 mV in
 * men, 2.3 in women).
 * @param all every lead
 * @returns mV
 */
export const pegueroVoltage = ({ all, v4 }: { all: readonly QrsHeights[]; v4: QrsHeights }): number =>
  Math.max(...all.map(({ s }) => s)) + v4.s

/**
 * Low QRS voltage: peak to peak under 0.5 mV in every limb lead, under 1.0 mV in every precordial lead (Kligfield P et al.
 * 2007, AHA/ACC/HRS part I, Circulation 115:1306; Mason JW et al. 2007, part II, Circulation 115:1325: low voltage).
 */
export function lowVoltage({
  limb,
  precordial
}: {
  limb: readonly number[]
  precordial: readonly number[]
}): 'none' | 'limb' | 'precordial' | 'all' {
  const limbIsLow = limb.every((mv) => mv < 0.5)
  const precordialIsLow = precordial.every((mv) => mv < 1)
  if (limbIsLow) return precordialIsLow ? 'all' : 'limb'
  return precordialIsLow ? 'precordial' : 'none'
}
