import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { run, startStorescp } from '../../peers/dicom/support/dcmtk.ts'
import { startOrthanc } from '../../peers/orthanc/support/orthanc.ts'
import { buildWorld } from '../../support/world.ts'
import { check, reached } from '../support/check.ts'
import { type Load, startLoad } from '../support/load.ts'

const MANY = 8
const OBJECTS_A_SECOND = 150
/** Of 120 KB each: what the load process holds in memory. */
const MOST_OBJECTS = 1500

/**
 * ECG objects of 120 KB by C-STORE, by the same requester to every provider, on one association and on eight. His Bundle answers
 * after the durable append, and the rate at which it records them is a row of its own; storescp does not sync. The requester is
 * measured beside dcmtk's on the same storescp.
 */
export async function cStoreBesidePeers(options: BenchOptions): Promise<BenchRow[]> {
  const modality = startLoad('modality')
  try {
    const ours = await measureOurs(modality, options)
    const storescp = await measureStorescp(modality, options)
    const orthanc = await measureOrthanc(modality, options)
    const beside = (value: number, name: string, peer: number | undefined, target?: number) =>
      peer === undefined ? {} : { peer: { name, value: peer }, ratio: value / peer, ...(target ? { target } : {}) }
    const synced = 'storescp, not synced'
    return [
      {
        name: 'dicom.receive.1association.perSecond',
        value: ours.one,
        unit: '1/s',
        ...beside(ours.one, synced, storescp?.one),
        target: 400
      },
      {
        name: 'dicom.receive.8associations.perSecond',
        value: ours.many,
        unit: '1/s',
        ...beside(ours.many, synced, storescp?.many, 0.5)
      },
      ...(orthanc === undefined
        ? []
        : [
            {
              name: 'dicom.receive.8associations.besideOrthanc.perSecond',
              value: ours.many,
              unit: '1/s',
              ...beside(ours.many, 'Orthanc', orthanc, 1)
            }
          ]),
      { name: 'dicom.recorded.perSecond', value: ours.recorded, unit: '1/s' },
      ...(storescp === undefined
        ? []
        : [
            {
              name: 'dicom.send.perSecond',
              value: storescp.one,
              unit: '1/s',
              ...beside(storescp.one, 'storescu', storescp.dcmtk),
              target: 100
            }
          ])
    ]
  } finally {
    modality.stop()
  }
}

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

/** Objects that no provider has seen; the rate at which they were answered 0000. */
async function rate(modality: Load, address: string, associations: number, seconds: number): Promise<number> {
  const people = Math.min(MOST_OBJECTS, Math.max(20, Math.round(seconds * OBJECTS_A_SECOND)))
  await modality.call('prepare', { people })
  const sent = await modality.call<{ stored: number; seconds: number }>('send', { address, associations })
  check('objects stored', sent.stored, people)
  return people / sent.seconds
}

async function measureOurs(modality: Load, { seconds, say }: BenchOptions) {
  const world = await buildWorld({ mode: 'off' })
  try {
    const { counters } = world.app.pipeline
    const settled = () =>
      reached('objects recorded', () => counters.recorded, { wanted: counters.accepted, patienceMs: 600_000 })
    await rate(modality, world.address('dicom'), 2, Math.min(1, seconds / 4))
    await settled()
    const [before, began] = [counters.accepted, performance.now()]
    const one = await rate(modality, world.address('dicom'), 1, seconds)
    const meanwhile = counters.recorded - before
    const ended = await settled()
    const recorded = (counters.accepted - before) / ((ended - began) / 1000)
    const many = await rate(modality, world.address('dicom'), MANY, seconds)
    await settled()
    check('objects parked', counters.parked, 0)
    say(
      `dicom: ${one.toFixed(0)}/s on one association, ${meanwhile} recorded meanwhile; ${many.toFixed(0)}/s on ${MANY}`
    )
    return { one, many, recorded }
  } finally {
    await world.stop()
  }
}

async function measureStorescp(modality: Load, { seconds, say }: BenchOptions) {
  if (!isInstalled('storescp')) {
    say('dicom: dcmtk is not installed (bash test/peers/install.sh dicom)')
    return undefined
  }
  const storescp = await startStorescp({ fork: true })
  const folder = mkdtempSync(join(tmpdir(), 'hb-send-'))
  try {
    const address = `dicom://127.0.0.1:${storescp.port}/STORE`
    const one = await rate(modality, address, 1, seconds)
    const many = await rate(modality, address, MANY, seconds)
    const files = await modality.call<string[]>('write', { folder })
    const began = performance.now()
    const { status } = await run('storescu', ['-aec', 'STORE', '127.0.0.1', String(storescp.port), ...files])
    const dcmtk = files.length / ((performance.now() - began) / 1000)
    check("storescu's end", status, 0)
    return { one, many, dcmtk }
  } finally {
    storescp.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureOrthanc(modality: Load, { seconds, say }: BenchOptions): Promise<number | undefined> {
  if (!isInstalled('Orthanc')) {
    say('dicom: Orthanc is not installed (bash test/peers/install.sh orthanc)')
    return undefined
  }
  const orthanc = await startOrthanc()
  try {
    return await rate(modality, `dicom://127.0.0.1:${orthanc.dicomPort}/ORTHANC`, MANY, seconds)
  } finally {
    await orthanc.stop()
  }
}
