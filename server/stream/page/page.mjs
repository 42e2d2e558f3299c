import { createLiveClient, offerOf, toStep } from './live-client.mjs'
import { createPaper, drawGrid } from './paper.mjs'
import { fileSource, genericSource, heartRateSource, polarSource } from './sources.mjs'

const at = (id) => document.getElementById(id)
const textOf = (id) => at(id).value.trim()
const MODULES = { 'pocket-k': 'Pocket-K, potassium screen', ecgomics: 'ECGomics, measurements' }
const WITHHELD = {
  shadow: 'stored, not shown: the module runs in shadow mode',
  'outbound-off': 'stored, not shown: nothing leaves the server now'
}
const NOT_CONFIRMED = 'Identifier, name and birth date do not confirm a patient of the record.'
const STATES = {
  connecting: 'Connecting.',
  bound: 'Connected, patient confirmed.',
  unbound: 'Connected without a patient: no risk is computed.',
  lost: 'Connection lost, trying again.',
  refused: 'Refused.',
  ended: 'Ended.'
}

let running

at('source').addEventListener('change', () => {
  for (const part of document.querySelectorAll('[data-source]')) part.hidden = part.dataset.source !== textOf('source')
})
at('setup').addEventListener('submit', (event) => {
  event.preventDefault()
  start().catch((error) => {
    at('start').disabled = false
    say(error.message, true)
  })
})
at('stop').addEventListener('click', () => finish('stopped'))
drawGrid(at('paper').getContext('2d'), at('paper'))

function chosenSource() {
  switch (textOf('source')) {
    case 'file':
      return fileSource([...at('files').files], Number(textOf('speed')))
    case 'heart-rate':
      return heartRateSource()
    case 'polar':
      return polarSource()
    default:
      return genericSource({
        service: textOf('service'),
        characteristic: textOf('characteristic'),
        rateHz: Number(textOf('rate')),
        format: textOf('format'),
        skip: Number(textOf('skip')),
        unitUv: Number(textOf('unitUv'))
      })
  }
}

function patient() {
  if (at('unbound').checked) return {}
  const [value, authority, family, given, birthDate] = ['identifier', 'authority', 'family', 'given', 'birthDate'].map(
    textOf
  )
  if (!value || !family || !birthDate) throw new Error('Identifier, family name and birth date confirm the patient.')
  return {
    patient: {
      identifier: { value, ...(authority ? { authority } : {}) },
      family,
      ...(given ? { given: [given] } : {}),
      birthDate
    }
  }
}

async function start() {
  const person = patient()
  const source = await chosenSource()
  const isEcg = source.signal === 'ecg'
  at('start').disabled = true
  at('stop').disabled = false
  at('results').replaceChildren()
  const paper = isEcg ? createPaper(at('paper'), source.rateHz) : undefined
  const token = at('token').value
  const client = createLiveClient({
    hello: {
      type: 'hello',
      signal: source.signal,
      ...(isEcg ? { lead: 'I', rateHz: source.rateHz, scaleUv: 1 } : {}),
      source: source.kind,
      ...(source.device ? { device: source.device } : {}),
      ...person
    },
    protocols: () => offerOf(token),
    onMessage: receive,
    onState(state, detail) {
      // Of an end with an error the error is what is to be read.
      if (state !== 'ended' || !running.hasFailed)
        say(`${STATES[state]}${detail && state !== 'ended' ? ` ${detail}` : ''}`, state === 'refused')
      if (state === 'bound' || state === 'unbound') begin()
      if (state === 'ended' || state === 'refused') finish(state)
    }
  })
  running = { source, client, paper, rateHz: source.rateHz ?? 1, gaps: 0, isBegun: false }
  draw()
  client.connect()
}

/** The source begins when the server is ready, once. */
function begin() {
  const { source, client, paper, isBegun } = running
  if (isBegun) return
  running.isBegun = true
  Promise.resolve(
    source.begin({
      take(values) {
        paper?.add(values)
        client.add(source.signal === 'ecg' ? Array.from(values, toStep) : values)
      },
      lose(count) {
        paper?.add(new Array(Math.min(count, 10_000)).fill(Number.NaN))
        client.lose(count)
      },
      end: leaveWhenSent
    })
  ).catch((error) => {
    say(error.message, true)
    finish('refused')
  })
}

/** A file that is played faster than the server takes it is sent to its end first. */
function leaveWhenSent(why) {
  const { client } = running
  const timer = setInterval(() => {
    if (!client.isSent) return
    clearInterval(timer)
    say(`${why[0].toUpperCase()}${why.slice(1)}; waiting for results.`)
    client.bye()
  }, 200)
}

function finish(why) {
  if (!running) return
  const { source, client } = running
  Promise.resolve(source.stop()).catch(() => undefined)
  if (why === 'stopped') client.bye()
  if (why === 'ended' || why === 'refused') running.isOver = true
  at('start').disabled = false
  at('stop').disabled = true
}

function receive(message) {
  switch (message.type) {
    case 'reading': {
      const { quality, heartRate } = message
      at('rateOut').textContent = heartRate === undefined ? '-' : `${heartRate}/min`
      at('quality').textContent = [quality.verdict, ...quality.reasons.map(words)].join(', ')
      break
    }
    case 'gap':
      running.gaps++
      at('gaps').textContent =
        `${running.gaps}, the last ${((message.to - message.from) / running.rateHz).toFixed(2)} s`
      break
    case 'strip':
      entry(message, 'strip', [
        `Strip of ${message.seconds} s: ${message.state}${message.code ? ` (${words(message.code)})` : ''}`
      ])
      break
    case 'result':
      showResult(message)
      break
    case 'error':
      running.hasFailed = true
      say(
        message.code === 'PATIENT_MISMATCH'
          ? NOT_CONFIRMED
          : `${message.code}${message.at ? ` at ${message.at}` : ''}${message.reason ? `: ${words(message.reason)}` : ''}`,
        true
      )
  }
}

function showResult(message) {
  const { module, state, predictions = [], text, code, reference } = message
  const said =
    state === 'withheld'
      ? [WITHHELD[code] ?? code]
      : [
          ...predictions.map(
            ({ outcome, probability, band, rationale }) =>
              `${outcome}: ${band ? `${band} band, ` : ''}${probability} (${rationale})`
          ),
          ...(state === 'refused' && code ? [`Refused: ${words(code)}`] : []),
          ...(state === 'retracted' ? ['Retracted: do not use.'] : []),
          ...(text ? [text] : [])
        ]
  const item = entry(message, module, [`${MODULES[module] ?? module}, ${seconds(message)}`, ...said], reference)
  const [first] = predictions
  if (first?.band) item.dataset.band = first.band
}

/** One entry for each strip and module; a later version takes its place. */
function entry({ from, to }, kind, [head, ...rest], reference) {
  const id = `${kind}-${from}-${to}`
  const item = at(id) ?? document.createElement('li')
  item.id = id
  const title = document.createElement('strong')
  title.textContent = head
  item.replaceChildren(
    title,
    ...rest.map((text) => paragraph(text)),
    ...(reference ? [paragraph(reference, 'reference')] : [])
  )
  if (!item.isConnected) at('results').append(item)
  return item
}

function paragraph(text, className = '') {
  const element = document.createElement('p')
  element.textContent = text
  element.className = className
  return element
}

function draw() {
  if (!running) return
  running.paper?.draw()
  at('sent').textContent =
    running.source.signal === 'ecg'
      ? `${(running.client.taken / running.rateHz).toFixed(1)} s`
      : `${running.client.taken} beats`
  if (!running.isOver) requestAnimationFrame(draw)
}

function say(text, isProblem = false) {
  at('state').textContent = text
  at('state').className = isProblem ? 'problem' : ''
}

const words = (code) => code.replaceAll('-', ' ')
const seconds = ({ from, to }) => (to > from ? `strip of ${Math.round((to - from) / running.rateHz)} s` : 'no strip')
