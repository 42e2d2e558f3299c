/** The client's side of the sub-protocol hisbundle-ecg.1 (docs/handheld.md). */
const SUBPROTOCOL = 'hisbundle-ecg.1'
const MISSING = -32_768
const HIGHEST = 32_767
/** Values of one frame. */
const FRAME_VALUES = 500
/** Kept for a resume; what is older is lost, and the server marks it. */
const KEPT_VALUES = 120_000
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 8000
/** Ends that trying again does not mend (docs/handheld.md, close codes). */
const FINAL = [1000, 1008, 4400, 4403, 4409, 4413]

/** Microvolts as steps of one microvolt: rounded, held at the ends of the range, and the mark of a missing sample. */
export const toStep = (microvolts) =>
  Number.isFinite(microvolts) ? Math.max(-HIGHEST, Math.min(HIGHEST, Math.round(microvolts))) : MISSING

/** u32 LE number of the first value | int16 LE values */
export function encodeFrame(index, values) {
  const view = new DataView(new ArrayBuffer(4 + 2 * values.length))
  view.setUint32(0, index, true)
  for (let i = 0; i < values.length; i++) view.setInt16(4 + 2 * i, values[i], true)
  return view.buffer
}

/**
 * Sends values as the window lets it, keeps what is not acknowledged, and comes back after a cut to where the server is.
 *
 * @param {{ hello: object, protocols: () => Promise<string[]>, open?: (protocols: string[]) => WebSocket,
 *   onMessage: (message: object) => void, onState: (state: string, detail?: string) => void }} options
 */
export function createLiveClient({ hello, protocols, open = openSocket, onMessage, onState }) {
  /** Values from number `first` on that are not acknowledged. */
  const kept = []
  let first = 0
  let sent = 0
  let until = 0
  let session
  let socket
  let isLeaving = false
  let retryMs = FIRST_RETRY_MS
  let isReady = false

  async function connect() {
    onState('connecting')
    try {
      socket = open(await protocols())
    } catch (error) {
      onState('refused', String(error.message ?? error))
      return
    }
    socket.onopen = () => socket.send(JSON.stringify(session ? { ...hello, resume: { session, next: first } } : hello))
    socket.onmessage = ({ data }) => receive(JSON.parse(data))
    socket.onclose = ({ code, reason }) => {
      isReady = false
      if (isLeaving || FINAL.includes(code)) return onState('ended', reason || String(code))
      onState('lost', reason || String(code))
      setTimeout(connect, retryMs)
      retryMs = Math.min(2 * retryMs, LAST_RETRY_MS)
    }
  }

  function receive(message) {
    if (message.type === 'ready') {
      session = message.session
      retryMs = FIRST_RETRY_MS
      isReady = true
      until = message.until
      acknowledge(message.next)
      sent = Math.max(first, message.next)
      onState(message.bound ? 'bound' : 'unbound')
    } else if (message.type === 'ack') {
      until = message.until
      acknowledge(message.next)
    }
    onMessage(message)
    pump()
  }

  function acknowledge(next) {
    const known = Math.min(Math.max(0, next - first), kept.length)
    kept.splice(0, known)
    first += known
  }

  function pump() {
    while (isReady && sent < first + kept.length && sent < until) {
      const from = sent - first
      const values = kept.slice(from, from + Math.min(FRAME_VALUES, until - sent))
      socket.send(encodeFrame(sent, values))
      sent += values.length
    }
  }

  return {
    connect,
    /** @param {ArrayLike<number>} values steps, in order */
    add(values) {
      for (let i = 0; i < values.length; i++) kept.push(values[i])
      const lost = kept.length - KEPT_VALUES
      if (lost > 0) {
        kept.splice(0, lost)
        first += lost
        sent = Math.max(sent, first)
      }
      pump()
    },
    /** So many values never came from the device. */
    lose(count) {
      this.add(new Array(Math.min(count, KEPT_VALUES)).fill(MISSING))
    },
    /** Number of values that are taken by the server. */
    get taken() {
      return first
    },
    /** Whether all that was added is under way. */
    get isSent() {
      return sent >= first + kept.length
    },
    bye() {
      isLeaving = true
      if (isReady) socket.send(JSON.stringify({ type: 'bye' }))
      else socket?.close()
    }
  }
}

function openSocket(protocols) {
  const url = new URL('ecg', location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  return new WebSocket(url, protocols)
}

/** What is offered with the upgrade: a browser can send no token with it, so the page shows a ticket that it got for the token. */
export async function offerOf(token) {
  if (!token) return [SUBPROTOCOL]
  const response = await fetch('tickets', { method: 'POST', headers: { authorization: `Bearer ${token}` } })
  if (!response.ok) throw new Error(`The server answered ${response.status} to the token.`)
  return [SUBPROTOCOL, `ticket.${(await response.json()).ticket}`]
}
