/** ECG paper: 25 mm/s and 10 mm/mV at four pixels a millimetre; the newest sample stands at the right. */
const PX_PER_MM = 4
const PX_PER_S = 25 * PX_PER_MM
const PX_PER_MV = 10 * PX_PER_MM
const COLOURS = { fine: '#f8dcdc', bold: '#eeb4b4', trace: '#14181c', gap: '#d5d9dd' }
/** Of the baseline that the trace is drawn around, per second of signal. */
const BASELINE_S = 1

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} rateHz
 */
export function createPaper(canvas, rateHz) {
  const context = canvas.getContext('2d')
  const seconds = canvas.width / PX_PER_S
  const values = new Float32Array(Math.ceil(seconds * rateHz)).fill(Number.NaN)
  let count = 0
  let baseline

  return {
    /** @param {ArrayLike<number>} microvolts NaN where missing */
    add(microvolts) {
      for (let i = 0; i < microvolts.length; i++) {
        const value = microvolts[i]
        values[count++ % values.length] = value
        if (Number.isFinite(value))
          baseline = (baseline ?? value) + (value - (baseline ?? value)) / (BASELINE_S * rateHz)
      }
    },
    draw() {
      drawGrid(context, canvas)
      drawTrace()
    }
  }

  function drawTrace() {
    const { width, height } = canvas
    const shown = Math.min(count, values.length)
    context.lineWidth = 1.4
    context.strokeStyle = COLOURS.trace
    context.fillStyle = COLOURS.gap
    context.beginPath()
    let isDown = false
    for (let i = 0; i < shown; i++) {
      const value = values[(count - shown + i) % values.length]
      const x = width - ((shown - i) / rateHz) * PX_PER_S
      if (Number.isFinite(value)) {
        const y = height / 2 - ((value - (baseline ?? 0)) / 1000) * PX_PER_MV
        if (isDown) context.lineTo(x, y)
        else context.moveTo(x, y)
        isDown = true
      } else {
        context.fillRect(x, 0, PX_PER_S / rateHz + 1, height)
        isDown = false
      }
    }
    context.stroke()
  }
}

/** Small squares of 1 mm, large ones of 5 mm. */
export function drawGrid(context, { width, height }) {
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  for (const [step, colour] of [
    [PX_PER_MM, COLOURS.fine],
    [5 * PX_PER_MM, COLOURS.bold]
  ]) {
    context.strokeStyle = colour
    context.lineWidth = 1
    context.beginPath()
    for (let x = 0.5; x < width; x += step) {
      context.moveTo(x, 0)
      context.lineTo(x, height)
    }
    for (let y = 0.5; y < height; y += step) {
      context.moveTo(0, y)
      context.lineTo(width, y)
    }
    context.stroke()
  }
}
