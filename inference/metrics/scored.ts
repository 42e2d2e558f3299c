/** One case as it is judged: served probability and label. */
export interface Scored {
  patient: string
  probability: number
  label: 0 | 1
}
