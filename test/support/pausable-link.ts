import type { Carrier } from '../../src/shared/carrier.ts'
import { memoryLink } from './link.ts'
import type { Link } from './link.ts'

/** A link whose client's side can stop taking what comes, as a page in a long computation does. */
export interface PausableLink extends Link {
  pause(): void
  resume(): void
  /** Messages that wait to be taken. */
  readonly waiting: readonly object[]
}

export function pausableLink(): PausableLink {
  const link = memoryLink()
  const waiting: object[] = []
  let paused = false
  let listener: (message: unknown) => void = () => {}
  const a: Carrier = {
    ...link.a,
    onMessage(next) {
      listener = next
      link.a.onMessage((message) => (paused ? void waiting.push(message as object) : listener(message)))
    },
  }
  return {
    ...link,
    a,
    waiting,
    pause: () => void (paused = true),
    resume() {
      paused = false
      for (const message of waiting.splice(0)) listener(message)
    },
  }
}
