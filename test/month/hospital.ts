import type { Task } from '@medplum/fhirtypes'
import type { CheckReport } from '../../server/loop/check.ts'
import type { LabelReport, ModelReport } from '../../server/loop/performance.ts'
import { settableClock } from '../support/settable-clock.ts'
import { buildWorld } from '../support/world.ts'
import { planMonth } from './plan.ts'
import { FATES, type Played, playMonth } from './play.ts'

export type Planted = keyof typeof FATES

export interface Month {
  played: Played
  /** What the closed loop says of the 24 h estimate after the month. */
  model: ModelReport
  /** The last look at drift and gaps. */
  checked: CheckReport
  /** Tasks that the checks opened: code and text. */
  tasks: { code: string; text: string }[]
  seconds: number
}

const FROM = new Date('2026-03-02T00:00:00Z')

/** A month of a hospital that exists only here: the whole server, real sockets, a clock of its own. */
export async function liveMonth({
  planted,
  stays,
  days,
  seed,
  onProgress
}: {
  planted: Planted
  stays: number
  days: number
  seed: number
  onProgress?: (day: number) => void
}): Promise<Month> {
  const began = performance.now()
  const clock = settableClock(FROM)
  const world = await buildWorld({
    clock,
    config: {
      modules: {
        'cap-icu': {
          mode: 'shadow',
          policy: { wards: [{ match: 'MICU', kind: 'medical' }], moments: [24], flips: false }
        }
      }
    }
  })
  try {
    const played = await playMonth({
      world,
      clock,
      stays: planMonth({ seed, stays, days, from: FROM }),
      fate: FATES[planted],
      from: FROM,
      days,
      onProgress
    })
    const checked = await world.admin<CheckReport>('/admin/performance/check', {})
    const report = await world.admin<LabelReport>('/admin/performance/cap-icu?label=death.24h')
    const tasks = await world.search<Task>('Task?_count=200')
    return {
      played,
      model: report.models.find(({ answered }) => answered > 0)!,
      checked,
      tasks: tasks.map(({ code, description }) => ({
        code: code?.coding?.[0]?.code ?? '',
        text: description ?? ''
      })),
      seconds: (performance.now() - began) / 1000
    }
  } finally {
    await world.stop()
  }
}
