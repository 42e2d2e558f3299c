import type { ImagingStudy } from '@medplum/fhirtypes'
import { emptyGroup } from '../../core/decoded.ts'
import type { Series } from '../../core/series.ts'
import { anna, at, envelope, feed, message, recordWorld } from '../../test/support/record.ts'
import { recordSeries } from './series.ts'
import { recordMessage } from './step.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
beforeEach(async () => {
  world = await recordWorld()
})
afterEach(() => world.stop())

const series: Series = {
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '1.2.3.4',
  modality: 'MR',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
  startedAt: at('2026-03-01T10:00:00Z'),
  frames: [],
  complete: true,
  synthetic: false,
  tags: {}
}
const record = () =>
  recordSeries(
    { deps: world.deps, envelope: envelope({ family: 'dicom' }), feed, decoded: message() },
    { ...emptyGroup(), subject: anna },
    series
  )
const admit = (number: string, admittedAt: string) =>
  recordMessage(
    world.deps,
    envelope(),
    feed,
    message({
      subject: anna,
      visit: { number: { value: number, authority: 'HOSP', type: 'VN' }, admittedAt: at(admittedAt) },
      adt: { event: 'A01', recordedAt: at(admittedAt), occurredAt: at(admittedAt) }
    })
  )
const visitOfStudy = async (): Promise<string | undefined> => {
  const [study] = await world.store.search<ImagingStudy>('ImagingStudy')
  return study!.encounter?.reference
}

test.each(['before', 'after'])(
  'a series that is whole %s its visit is known belongs to it in the end',
  async (when) => {
    if (when === 'before') await record()
    await admit('V1', '2026-03-01T08:00:00Z')
    if (when === 'after') await record()
    expect(await visitOfStudy()).toMatch(/^Encounter\//)
  }
)

test.each(['before', 'between', 'after'])(
  'a series that is whole %s two open visits are known belongs to neither: nothing is guessed',
  async (when) => {
    if (when === 'before') await record()
    await admit('V1', '2026-03-01T08:00:00Z')
    if (when === 'between') await record()
    await admit('V2', '2026-03-01T09:00:00Z')
    if (when === 'after') await record()
    expect(await visitOfStudy()).toBeUndefined()
  }
)
