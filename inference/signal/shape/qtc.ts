export type QtFormula = 'bazett' | 'fridericia' | 'framingham' | 'hodges'

/**
 * QT corrected for heart rate. With RR in seconds:
 * Bazett QT / RR^(1/2) (Bazett HC 1920, Heart 7:353); Fridericia QT / RR^(1/3) (Fridericia LS 1920, Acta Med Scand 53:469);
 * Framingham QT + 154 ms (1 - RR) (Sagie A et al. 1992, Am J Cardiol 70:797); Hodges QT + 1.75 ms (60 / RR - 60) (Hodges M et
 * al. 1983, J Am Coll Cardiol 1:694).
 *
 * @param qtMs QT interval in ms
 * @param rrMs RR interval in ms it belongs to
 * @returns ms; NaN unless both are positive
 * @example correctedQt({ qtMs: 400, rrMs: 640 }, 'bazett') // 500
 */
export function correctedQt({ qtMs, rrMs }: { qtMs: number; rrMs: number }, formula: QtFormula): number {
  if (!(qtMs > 0 && rrMs > 0)) return Number.NaN
  const rr = rrMs / 1000
  switch (formula) {
    case 'bazett':
      return qtMs / Math.sqrt(rr)
    case 'fridericia':
      return qtMs / Math.cbrt(rr)
    case 'framingham':
      return qtMs + 154 * (1 - rr)
    case 'hodges':
      return qtMs + 1.75 * (60 / rr - 60)
    default:
      return formula satisfies never
  }
}
