import { inBackground } from './background.ts'

/** Time between two heartbeats, in ms. */
const BEAT_MS = 6000
/** So many without a word from the other side, and it is taken for gone: after 18 s at most (rule Z6). */
const SILENT_BEATS = 3

/**
 * Listens for a link that has fallen silent without having ended. It counts beats instead of looking at the clock: after a
 * night's sleep, or a minute in which this side did nothing, the other side still has its chance to answer.
 */
export class Heartbeat {
  #silent = 0
  readonly #timer: ReturnType<typeof setInterval>

  /** `beat` asks the other side for a word; `onSilence` is called once nothing has come for too long. */
  constructor(beat: () => void, onSilence: () => void) {
    this.#timer = inBackground(setInterval(() => (++this.#silent < SILENT_BEATS ? beat() : onSilence()), BEAT_MS))
  }

  /** The other side said something, no matter what. */
  heard(): void {
    this.#silent = 0
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
