import type { BeatWaves } from '../delineation.ts'
import { globalMarks } from './global-marks.ts'
import { ordered } from './ordered.ts'

const lead = (onset: number | undefined, peak: number, offset: number | undefined): BeatWaves[] => [
  {
    qrs: {
      ...(onset === undefined ? {} : { onset }),
      peak,
      ...(offset === undefined ? {} : { offset }),
      path: 'classical'
    }
  }
]

test('takes the second earliest onset and the second latest offset', () => {
  const leads = [lead(100, 120, 150), lead(104, 121, 152), lead(97, 119, 149), lead(106, 122, 158)]
  expect(globalMarks(leads, { rateHz: 500 })).toEqual([
    { qrs: { onset: 100, peak: 120.5, offset: 152, path: 'classical' } }
  ])
})

test('lets an implausible lead have no say', () => {
  const leads = [lead(100, 120, 150), lead(103, 120, 152), lead(101, 120, 151), lead(40, 120, 230), lead(42, 120, 231)]
  expect(globalMarks(leads, { rateHz: 500 })[0]!.qrs).toMatchObject({ onset: 101, offset: 151 })
})

test('of one lead or two takes the earliest onset and the latest offset', () => {
  expect(globalMarks([lead(100, 120, 150)], { rateHz: 500 })[0]!.qrs).toMatchObject({ onset: 100, offset: 150 })
  expect(globalMarks([lead(100, 120, 150), lead(104, 120, 154)], { rateHz: 500 })[0]!.qrs).toMatchObject({
    onset: 100,
    offset: 154
  })
})

test('gives no edge that no lead has, and no wave that most leads lack', () => {
  const leads = [lead(undefined, 120, undefined), [{}], [{}]]
  expect(globalMarks(leads, { rateHz: 500 })).toEqual([{}])
  expect(globalMarks(leads.slice(0, 2), { rateHz: 500 })).toEqual([{ qrs: { peak: 120, path: 'classical' } }])
})

test('counts the limit of the plausible in ms', () => {
  const leads = [lead(200, 240, 300), lead(206, 240, 304), lead(202, 240, 302), lead(120, 240, 460)]
  expect(globalMarks(leads, { rateHz: 1000 })[0]!.qrs).toMatchObject({ onset: 202, offset: 302 })
})

test('takes out the edges that contradict their beat, and no other', () => {
  const path = 'classical'
  expect(
    ordered({
      p: { onset: 60, peak: 80, offset: 101, path },
      qrs: { onset: 100, peak: 120, offset: 119, path },
      t: { onset: 201, peak: 200, offset: 260, path }
    })
  ).toEqual({
    p: { onset: 60, peak: 80, path },
    qrs: { onset: 100, peak: 120, path },
    t: { peak: 200, offset: 260, path }
  })
  const whole = {
    p: { onset: 60, peak: 80, offset: 95, path },
    qrs: { onset: 100, peak: 120, offset: 150, path },
    t: { onset: 200, peak: 230, offset: 260, path }
  } as const
  expect(ordered(structuredClone(whole))).toEqual(whole)
  expect(ordered({ qrs: { peak: 5, offset: 150, path }, t: { onset: 140, peak: 230, path } })).toEqual({
    qrs: { peak: 5, offset: 150, path },
    t: { peak: 230, path }
  })
})
