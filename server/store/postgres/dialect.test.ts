import { toDollarMarks, toPostgresDdl } from './dialect.ts'

test.each([
  ['SELECT 1 WHERE a = ? AND b IN (?, ?)', 'SELECT 1 WHERE a = $1 AND b IN ($2, $3)'],
  ["SELECT '?', 'it''s ?' WHERE a = ?", "SELECT '?', 'it''s ?' WHERE a = $1"],
  ["x LIKE ? ESCAPE '\\'", "x LIKE $1 ESCAPE '\\'"]
])('marks of %s become numbered ones, but not inside quotes', (sql, expected) => {
  expect(toDollarMarks(sql)).toBe(expected)
  expect(toDollarMarks(sql)).toBe(expected)
})

test('a table of the common dialect gets the types that hold and order the same', () => {
  const ddl = 'CREATE TABLE t (a TEXT PRIMARY KEY, n INTEGER NOT NULL, x REAL, b BLOB) WITHOUT ROWID'
  expect(toPostgresDdl(ddl)).toBe(
    'CREATE TABLE t (a TEXT COLLATE "C" PRIMARY KEY, n BIGINT NOT NULL, x DOUBLE PRECISION, b BYTEA)'
  )
})
