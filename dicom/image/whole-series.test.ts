import type { Series } from '../../core/series.ts'
import { isWholeCine } from './whole-series.ts'

const series = (slices: number[], stated?: string): Series => ({
  studyInstanceUid: '1',
  seriesInstanceUid: '2',
  modality: 'MR',
  sopClassUid: '3',
  complete: false,
  synthetic: false,
  tags: stated === undefined ? {} : { '00181090': stated },
  frames: slices.flatMap((count, slice) =>
    Array.from({ length: count }, (_, i) => ({
      sopInstanceUid: `${slice}.${i}`,
      frameNumber: 1,
      sha256: '',
      sliceLocation: slice * 10,
      rows: 1,
      columns: 1
    }))
  )
})

test.each([
  ['all slices have the stated phases', [25, 25, 25], '25', true],
  ['one phase of one slice is missing', [25, 24, 25], '25', false],
  ['the number is not stated: nobody can tell', [25, 25], undefined, false],
  ['fewer than stated everywhere', [10, 10], '25', false]
])('%s', (_what, slices, stated, whole) => {
  expect(isWholeCine(series(slices, stated))).toBe(whole)
})
