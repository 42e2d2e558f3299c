import { createRequire } from 'node:module'

interface RequestQueue {
  pending: unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

/** How soon requests that wait for a place in flight are looked at again; kafkajs's own number. */
const CHECK_MS = 10

/**
 * kafkajs 2.2.4 (network/requestQueue) sets a timer of `throttledUntil - now` after every response; without throttling
 * that is minus the time since 1970, which Node 24 reports as TimeoutNegativeWarning and runs after 1 ms. This is its
 * function with the two things put right: no timer when nothing waits, no negative time. The library is no longer
 * maintained, so the change cannot go there.
 */
export function mendRequestQueue(): void {
  const load = createRequire(import.meta.url)
  const { prototype } = load('kafkajs/src/network/requestQueue') as { prototype: RequestQueue }
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return
    const throttled = this.throttledUntil - Date.now()
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      throttled > 0 ? throttled : CHECK_MS
    )
  }
}
