/** Lets a Node process end while this timer still runs. A browser has no such thing: its timers hold nothing open. */
export function inBackground<Timer extends object | number>(timer: Timer): Timer {
  ;(timer as { unref?: () => void }).unref?.()
  return timer
}
