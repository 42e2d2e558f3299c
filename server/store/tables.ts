/** Columns of each index table in the order of its rows; `rid` follows as the last. */
export const INDEX_COLUMNS = {
  token: ['p', 'system', 'code'],
  string: ['p', 'norm', 'exact'],
  reference: ['p', 'rtype', 'id', 'url'],
  date: ['p', 'lo', 'hi'],
  number: ['p', 'value'],
  quantity: ['p', 'value', 'system', 'code', 'unit'],
  uri: ['p', 'value']
} as const

export type IndexTable = keyof typeof INDEX_COLUMNS
