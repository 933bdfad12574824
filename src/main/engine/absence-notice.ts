import { inBackground } from '../../shared/background.ts'
import type { NoticeProps } from '../../shared/records.ts'

/** A program that comes back within this long was not away, in ms. */
const PATIENCE_MS = 2000
const NOTICE: NoticeProps = {
  level: 'info',
  text: 'No program is attached, so nobody answers what you do here.',
}

/** Says in the windows of a session without a script that nobody drives it. */
export class AbsenceNotice {
  readonly #say: (notice: NoticeProps | null) => void
  #timer: ReturnType<typeof setTimeout> | null = null
  #isSaid = false

  constructor(say: (notice: NoticeProps | null) => void) {
    this.#say = say
  }

  /** Whether a program is attached now. */
  follow(isPresent: boolean): void {
    if (!isPresent) {
      if (!this.#isSaid) this.#timer ??= inBackground(setTimeout(() => this.#set(true), PATIENCE_MS))
      return
    }
    this.stop()
    if (this.#isSaid) this.#set(false)
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #set(isSaid: boolean): void {
    this.#timer = null
    this.#isSaid = isSaid
    this.#say(isSaid ? NOTICE : null)
  }
}
