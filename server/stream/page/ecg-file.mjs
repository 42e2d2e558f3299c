/**
 * Lead I of a file that a person chose. Nothing is guessed: a file without a rate, a unit or a Lead I is refused in words.
 *
 * @typedef {{ rateHz: number, microvolts: Float64Array }} LeadOne NaN where a sample is missing
 */

const PER_MICROVOLT = { mv: 1000, uv: 1, µv: 1, μv: 1, v: 1e6, nv: 0.001 }
const UNIT = /^(?:lead )?i ?[[(/] ?([a-zµμ]{1,2}) ?[\])]?$/i

/**
 * A table with a header row: a column `I [mV]` (or uV), and either `# rateHz: 500` above it or a column `time [s]`.
 *
 * @param {string} text @returns {LeadOne} @throws Error in words for the person
 */
export function readCsv(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const rate = lines.filter((line) => line.startsWith('#')).map((line) => /rateHz\s*[:=]\s*([\d.]+)/i.exec(line)?.[1])
  const [header = '', ...rows] = lines.filter((line) => !line.startsWith('#'))
  const sign = [',', ';', '\t'].find((one) => header.includes(one)) ?? ','
  const names = header.split(sign).map((name) => name.replaceAll('"', '').trim())
  const lead = names.findIndex((name) => UNIT.test(name))
  if (lead < 0) throw new Error('The header row names no column "I [mV]".')
  const factor = PER_MICROVOLT[UNIT.exec(names[lead])[1].toLowerCase()]
  if (factor === undefined) throw new Error('The unit of Lead I is not known.')
  const column = (at) =>
    Float64Array.from(rows, (row) => {
      const cell = row.split(sign)[at]?.trim() ?? ''
      return cell === '' ? Number.NaN : Number(cell)
    })
  const time = names.findIndex((name) => /^t(?:ime)? ?\[m?s\]$/i.test(name))
  const stated = Number(rate.find((one) => one !== undefined) ?? Number.NaN)
  const rateHz = Number.isFinite(stated)
    ? stated
    : time < 0
      ? Number.NaN
      : rateOf(column(time), /\[ms\]/i.test(names[time]))
  if (!(rateHz > 0)) throw new Error('Neither "# rateHz: ..." nor a column "time [s]" says the rate.')
  return { rateHz, microvolts: column(lead).map((value) => value * factor) }
}

function rateOf(times, isMilliseconds) {
  const span = (times[times.length - 1] - times[0]) / (isMilliseconds ? 1000 : 1)
  const rate = (times.length - 1) / span
  return Math.abs(rate - Math.round(rate)) < 1e-3 * rate ? Math.round(rate) : rate
}

/**
 * A WFDB record of one segment whose signals lie in one file, format 16 or 212. header(5), signal(5).
 *
 * @param {string} header @param {ArrayBuffer} data @returns {LeadOne} @throws Error in words for the person
 */
export function readWfdb(header, data) {
  const lines = header.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const [, count = '', frequency = '250'] = (lines[0] ?? '').split(/\s+/)
  if (lines[0]?.split(/\s+/)[0]?.includes('/')) throw new Error('A record of several segments is not read here.')
  const signals = lines.slice(1, 1 + Number(count)).map(readSignal)
  const lead = signals.findIndex(({ name }) => /^(MLI|I)$/i.test(name))
  if (lead < 0) throw new Error('The header names no signal "I".')
  const { format, gain, baseline, unit } = signals[lead]
  if (new Set(signals.map(({ file }) => file)).size > 1 || signals.some((one) => one.format !== format))
    throw new Error('Signals in several files or formats are not read here.')
  const factor = PER_MICROVOLT[unit.toLowerCase()]
  if (factor === undefined) throw new Error('The unit of Lead I is not known.')
  const steps = format === '16' ? readFormat16(data) : format === '212' ? readFormat212(data) : undefined
  if (!steps) throw new Error(`Signal format ${format} is not read here.`)
  const rateHz = Number(frequency.split('/')[0])
  const length = Math.floor(steps.length / signals.length)
  const missing = format === '16' ? -32_768 : -2048
  const microvolts = Float64Array.from({ length }, (_, i) => {
    const step = steps[i * signals.length + lead]
    return step === missing ? Number.NaN : ((step - baseline) / gain) * factor
  })
  return { rateHz, microvolts }
}

/** file format gain(baseline)/unit resolution zero ... name; gain 0 stands for 200 a mV, the baseline is the zero unless said. */
function readSignal(line) {
  const [file, format = '', scale = '', , zero = '0', , , , ...name] = line.trim().split(/\s+/)
  const [, gain = '200', , baseline, , unit = 'mV'] = /^([\d.eE+-]+)(\((-?\d+)\))?(\/(\S+))?$/.exec(scale) ?? []
  return {
    file,
    format: format.split(/[x:+]/)[0],
    gain: Number(gain) || 200,
    baseline: Number(baseline ?? zero),
    unit,
    name: name.join(' ')
  }
}

const readFormat16 = (data) => {
  const view = new DataView(data)
  return Int16Array.from({ length: data.byteLength >> 1 }, (_, i) => view.getInt16(2 * i, true))
}

/** Two samples of 12 bits in three bytes. */
function readFormat212(data) {
  const bytes = new Uint8Array(data)
  const steps = new Int16Array(Math.floor(bytes.length / 3) * 2)
  for (let i = 0, at = 0; at + 2 < bytes.length; at += 3, i += 2) {
    steps[i] = ((bytes[at] | ((bytes[at + 1] & 0x0f) << 8)) << 20) >> 20
    steps[i + 1] = ((bytes[at + 2] | ((bytes[at + 1] & 0xf0) << 4)) << 20) >> 20
  }
  return steps
}
