import type { Carrier } from '../../src/shared/carrier.ts'
import { Receiver } from '../../src/shared/carriers/receiver.ts'
import { CLOSE } from '../../src/shared/protocol.ts'
import type { Link } from './link.ts'

export interface DelayedLink extends Link {
  /** From now on nothing arrives, either way, and nobody is told: half-open. */
  stall(): void
}

/**
 * Two carriers joined in memory, like a socket over a bad line: each message takes `delayMs()` and none overtakes
 * another. Meant for fake timers.
 */
export function delayedLink(delayMs: () => number): DelayedLink {
  const receivers = [new Receiver(), new Receiver()] as const
  let silent = false
  const end = (from: 0 | 1): Carrier => {
    const own = receivers[from]
    const other = receivers[from === 0 ? 1 : 0]
    const underWay: (() => void)[] = []
    let last = 0
    const later = (arrive: () => void) => {
      last = Math.max(last, Date.now() + delayMs())
      underWay.push(arrive)
      // Timers of one moment need not keep their order; whichever fires brings the oldest.
      setTimeout(() => {
        const oldest = underWay.shift()
        if (!silent) oldest?.()
      }, last - Date.now())
    }
    return {
      bufferedBytes: 0,
      send(message) {
        if (own.closed) return
        const copy: unknown = structuredClone(message)
        later(() => other.deliver(copy))
      },
      onMessage: (listener) => own.onMessage(listener),
      onClose: (listener) => own.onClose(listener),
      close(code = CLOSE.normal, reason = '') {
        if (own.end(code, reason)) later(() => other.end(code, reason))
      },
    }
  }
  return {
    a: end(0),
    b: end(1),
    cut() {
      silent = true
      for (const receiver of receivers) receiver.end(CLOSE.cut)
    },
    stall() {
      silent = true
    },
  }
}
