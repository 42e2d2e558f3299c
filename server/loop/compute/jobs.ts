import { measuredFigures, scoredFigures } from '../../reports/subgroups/figures.ts'
import { agreement } from './agreement.ts'
import { type Columns, unpacked } from './columns.ts'
import { cusum } from './cusum.ts'
import { labelFigures } from './figures.ts'
import { gaps } from './gaps.ts'
import { psi } from './psi.ts'
import { recalibrate } from './recalibrate.ts'
import type { SampleCase } from './sample.ts'

/** A request whose cases came as columns. */
type Packed<R extends { cases: unknown }> = Omit<R, 'cases'> & { cases: Columns }

const ofColumns =
  <R extends { cases: readonly unknown[] }, A>(job: (request: R) => A) =>
  (request: Packed<R>): A =>
    job({ ...request, cases: unpacked(request.cases) as readonly SampleCase[] } as unknown as R)

/** What the worker can be asked. Pure functions of what survives structured clone. */
export const JOBS = {
  figures: ofColumns(labelFigures),
  cusum: ofColumns(cusum),
  gaps: ofColumns(gaps),
  recalibrate: ofColumns(recalibrate),
  subgroups: ofColumns(scoredFigures),
  measuredSubgroups: measuredFigures,
  agreement,
  psi
}

export type JobName = keyof typeof JOBS
export type Request<K extends JobName> = Parameters<(typeof JOBS)[K]>[0]
export type Answer<K extends JobName> = ReturnType<(typeof JOBS)[K]>

/** Runs any of them; the types are the caller's. */
export const runJob = (name: JobName, request: unknown): unknown =>
  (JOBS[name] as (request: unknown) => unknown)(request)
