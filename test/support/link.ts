import type { Carrier } from '../../src/shared/carrier.ts'
import { Receiver } from '../../src/shared/carriers/receiver.ts'
import { CLOSE } from '../../src/shared/protocol.ts'

export interface Link {
  a: Carrier
  b: Carrier
  /** Ends both sides with 1006; what was under way is lost. */
  cut(): void
}

/** Two carriers joined in memory; messages are copied and arrive in later microtasks, in order. */
export function memoryLink(): Link {
  const receivers = [new Receiver(), new Receiver()] as const
  let cut = false
  const end = (from: 0 | 1): Carrier => {
    const own = receivers[from]
    const other = receivers[from === 0 ? 1 : 0]
    return {
      bufferedBytes: 0,
      send(message) {
        if (own.closed) return
        const copy: unknown = structuredClone(message)
        queueMicrotask(() => {
          if (!cut) other.deliver(copy)
        })
      },
      onMessage: (listener) => own.onMessage(listener),
      onClose: (listener) => own.onClose(listener),
      close(code = CLOSE.normal, reason = '') {
        if (!own.end(code, reason)) return
        queueMicrotask(() => other.end(code, reason))
      },
    }
  }
  return {
    a: end(0),
    b: end(1),
    cut() {
      cut = true
      receivers[0].end(CLOSE.cut)
      receivers[1].end(CLOSE.cut)
    },
  }
}
