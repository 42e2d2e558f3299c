/** Lower bounds of the age bands of a subgroup report (specs section L). */
const BAND_STARTS = [0, 30, 50, 65, 75, 85] as const

/** '<30', '30-49' ... '85+'. @param age years */
export function ageBand(age: number): string {
  const index = BAND_STARTS.findLastIndex((start) => age >= start)
  const next = BAND_STARTS[index + 1]
  if (index <= 0) return '<30'
  return next === undefined ? '85+' : `${BAND_STARTS[index]}-${next - 1}`
}
