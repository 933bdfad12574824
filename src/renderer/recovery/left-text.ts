import type { TypedField } from '../../shared/typed.ts'

const PREFIX = 'oriel:typed:'

/**
 * What was typed and had not reached the session for certain when its page was left: in the tab's own storage, for the
 * next page of the same session and widget. Of other sessions nothing is left there.
 */
export class LeftText {
  readonly #session: string
  readonly #key: string

  constructor(sessionId: string, widgetId: string) {
    this.#session = `${PREFIX}${sessionId}:`
    this.#key = this.#session + widgetId
  }

  leave(fields: readonly TypedField[]): void {
    // A full or forbidden storage leaves what the session has.
    attempt(() => sessionStorage.setItem(this.#key, JSON.stringify(fields)))
  }

  /** Takes it out. Null: all had reached the session. */
  take(): TypedField[] | null {
    return attempt(() => {
      const text = sessionStorage.getItem(this.#key)
      for (const key of Object.keys(sessionStorage))
        if (key.startsWith(PREFIX) && (key === this.#key || !key.startsWith(this.#session)))
          sessionStorage.removeItem(key)
      return text === null ? null : (JSON.parse(text) as TypedField[])
    })
  }
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
