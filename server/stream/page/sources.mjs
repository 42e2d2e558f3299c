import { readCsv, readWfdb } from './ecg-file.mjs'
import { readGenericEcg, readUuid } from './generic-ecg.mjs'
import { HEART_RATE, readHeartRate } from './heart-rate.mjs'
import { lostBetween, PMD, PMD_RATE_HZ, readPmdEcg, START_ECG, STOP_ECG } from './polar-pmd.mjs'

const TICK_MS = 100

/**
 * Where samples come from. `begin` calls `take` with microvolts (of a strap: intervals in 1/1024 s) as they come, `lose` with how
 * many were lost, and `end` when there is no more.
 *
 * @typedef {{ signal: 'ecg' | 'rr', kind: 'file' | 'device', rateHz?: number, device?: object,
 *   begin(on: { take(values: ArrayLike<number>): void, lose(count: number): void, end(why: string): void }): Promise<void> | void,
 *   stop(): Promise<void> | void }} Source
 */

/** @param {File[]} files @param {number} speed times real time @returns {Promise<Source>} */
export async function fileSource(files, speed) {
  const named = (ending) => files.find(({ name }) => name.toLowerCase().endsWith(ending))
  const [csv, header, data] = ['.csv', '.hea', '.dat'].map(named)
  if (!csv && !(header && data)) throw new Error('Choose a .csv file, or a .hea file together with its .dat file.')
  const { rateHz, microvolts } = csv
    ? readCsv(await csv.text())
    : readWfdb(await header.text(), await data.arrayBuffer())
  let timer
  return {
    signal: 'ecg',
    kind: 'file',
    rateHz,
    begin({ take, end }) {
      const began = performance.now()
      let from = 0
      timer = setInterval(() => {
        const to = Math.min(microvolts.length, Math.floor(((performance.now() - began) / 1000) * rateHz * speed))
        if (to > from) take(microvolts.subarray(from, to))
        from = to
        if (from < microvolts.length) return
        clearInterval(timer)
        end('the file has ended')
      }, TICK_MS)
    },
    stop: () => clearInterval(timer)
  }
}

/** @returns {Promise<Source>} */
export async function heartRateSource() {
  const device = await ask([HEART_RATE.service])
  let characteristic
  return {
    signal: 'rr',
    kind: 'device',
    device: nameOf(device),
    async begin({ take, end }) {
      const server = await device.gatt.connect()
      characteristic = await (await server.getPrimaryService(HEART_RATE.service)).getCharacteristic(
        HEART_RATE.measurement
      )
      await listen(characteristic, (view) => {
        const said = readHeartRate(view)
        if (said && said.intervals.length > 0) take(said.intervals)
      })
      device.addEventListener('gattserverdisconnected', () => end('the strap is gone'), { once: true })
    },
    stop: () => device.gatt.disconnect()
  }
}

/** @returns {Promise<Source>} */
export async function polarSource() {
  const device = await ask([PMD.service])
  let control
  return {
    signal: 'ecg',
    kind: 'device',
    rateHz: PMD_RATE_HZ,
    device: nameOf(device),
    async begin({ take, lose, end }) {
      const service = await (await device.gatt.connect()).getPrimaryService(PMD.service)
      control = await service.getCharacteristic(PMD.control)
      let before
      await control.startNotifications()
      await listen(await service.getCharacteristic(PMD.data), (view) => {
        const frame = readPmdEcg(view)
        if (!frame) return
        const lost = lostBetween(before, frame)
        before = frame.lastSampleNs
        if (lost > 0) lose(lost)
        take(frame.microvolts)
      })
      await control.writeValueWithResponse(START_ECG)
      device.addEventListener('gattserverdisconnected', () => end('the device is gone'), { once: true })
    },
    async stop() {
      await control?.writeValueWithResponse(STOP_ECG).catch(() => undefined)
      device.gatt.disconnect()
    }
  }
}

/** @param {{ service: string, characteristic: string, rateHz: number, format: string, skip: number, unitUv: number }} layout */
export async function genericSource({ service, characteristic, rateHz, ...layout }) {
  const [serviceId, characteristicId] = [service, characteristic].map(readUuid)
  if (serviceId === undefined || characteristicId === undefined)
    throw new Error('Service and characteristic are UUIDs.')
  const device = await ask([serviceId])
  return {
    signal: 'ecg',
    kind: 'device',
    rateHz,
    device: nameOf(device),
    async begin({ take, end }) {
      const found = await (await device.gatt.connect()).getPrimaryService(serviceId)
      await listen(await found.getCharacteristic(characteristicId), (view) => {
        const microvolts = readGenericEcg(view, layout)
        if (microvolts) take(microvolts)
      })
      device.addEventListener('gattserverdisconnected', () => end('the device is gone'), { once: true })
    },
    stop: () => device.gatt.disconnect()
  }
}

async function ask(services) {
  if (!navigator.bluetooth) throw new Error('This browser has no Web Bluetooth.')
  return navigator.bluetooth.requestDevice({ filters: [{ services }] })
}

async function listen(characteristic, take) {
  characteristic.addEventListener('characteristicvaluechanged', ({ target }) => take(target.value))
  await characteristic.startNotifications()
}

/** The name that a device shows is its maker's and model's; a serial number in it is not sent. */
const nameOf = ({ name = '' }) => ({ model: name.split(' ').slice(0, 2).join(' ').slice(0, 120) || 'unnamed' })
