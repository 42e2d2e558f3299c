/**
 * The only legal values of `preprocessing.id` (specs README section E), and where each is done. An id is never redefined: a model that
 * needs another preparation gets a new one, with golden vectors. `none` is for a model whose inputs are numbers of other models.
 */
export const PREPROCESSING_IDS: ReadonlyMap<string, 'graph' | 'code' | 'module' | 'nothing'> = new Map([
  ['hb-ecg-1', 'graph'],
  ['hb-ecg-1d', 'graph'],
  ['hb-sleep-1', 'graph'],
  ['hb-pulse-1', 'graph'],
  ['hb-spiro-1', 'graph'],
  ['hb-image-1', 'graph'],
  ['hb-table-1', 'module'],
  ['ecgfounder-1', 'code'],
  ['pocketk-1', 'code'],
  ['zscore-1', 'code'],
  ['none', 'nothing']
])
