/** Leads below which a spread over leads says little. */
const MIN_LEADS = 8

/**
 * QT dispersion: longest minus shortest QT over the leads (Day CP et al. 1990, Br Heart J 63:342; Higham PD, Campbell RWF
 * 1994, Br Heart J 71:508: at least 8 leads).
 *
 * It mirrors the T loop's projection and the measuring error more than regional repolarisation (Malik M, Batchvarov VN 2000,
 * J Am Coll Cardiol 36:1749), so it is given for comparison with older work.
 * @param qtMs QT of each lead in ms; NaN where it could not be measured
 * @returns ms; NaN with fewer than 8 leads
 * @example qtDispersion([400, 410, 395, 402, 400, 401, 399, 430]) // 35
 */
export function qtDispersion(qtMs: readonly number[]): number {
  const measured = qtMs.filter(Number.isFinite)
  return measured.length < MIN_LEADS ? Number.NaN : Math.max(...measured) - Math.min(...measured)
}
