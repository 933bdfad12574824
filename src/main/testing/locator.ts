import { OrielError } from '../../shared/errors.ts'
import type { PageAction, PageDriver, PageQuery, WantedText } from '../../shared/testing.ts'

/** What of a window's page is meant, found anew each time. */
export interface LocatorTarget {
  driver(): PageDriver
  /** Resolves when the script has answered what the page sent, and what came of it is drawn. */
  settle(): Promise<void>
  timeoutMs: number
}

export interface TextOptions {
  /** All of the text, in the same case. Default: a part of it, in whatever case. */
  exact?: boolean
}
export interface RoleOptions extends TextOptions {
  /** Its accessible name. Default any. */
  name?: string | RegExp
}

/** How often a page is looked at again, in ms. */
const LOOK_EVERY_MS = 5

/** Where things are looked for: a window, or all of an app. */
export abstract class Finder {
  protected abstract locate(query: PageQuery, what: string): Locator

  /** By what it is and is called, as assistive technology has it: 'button', 'textbox', 'heading', … */
  getByRole(role: string, options: RoleOptions = {}): Locator {
    const { name } = options
    const named = name === undefined ? '' : ` ${describe(name)}`
    return this.locate({ by: 'role', role, name: name === undefined ? null : wanted(name, options) }, `${role}${named}`)
  }

  /** By the text that stands in it. */
  getByText(text: string | RegExp, options: TextOptions = {}): Locator {
    return this.locate({ by: 'text', text: wanted(text, options) }, `text ${describe(text)}`)
  }

  /** A field by what labels it. */
  getByLabel(text: string | RegExp, options: TextOptions = {}): Locator {
    return this.locate({ by: 'label', text: wanted(text, options) }, `label ${describe(text)}`)
  }
}

/**
 * One element of a page. What is done to it waits until it is there alone and can be used, and resolves when the script has
 * answered. All reject with OrielError timeout, saying what was there.
 */
export class Locator {
  readonly #target: LocatorTarget
  readonly #query: PageQuery
  readonly #what: string

  constructor(target: LocatorTarget, query: PageQuery, what: string) {
    this.#target = target
    this.#query = query
    this.#what = what
  }

  click(): Promise<void> {
    return this.#do({ do: 'click' })
  }

  /** Empties the field and enters `text`, then leaves it. */
  fill(text: string): Promise<void> {
    return this.#do({ do: 'fill', text })
  }

  /** Adds `text` to what is in the field, a letter after the other; the field is not left. */
  type(text: string): Promise<void> {
    return this.#do({ do: 'type', text })
  }

  /** 'Enter', 'Escape', 'ArrowDown', 'Control+s'. */
  press(keys: string): Promise<void> {
    return this.#do({ do: 'press', text: keys })
  }

  /** Chooses in a list, by value or by what stands there. */
  select(option: string): Promise<void> {
    return this.#do({ do: 'select', text: option })
  }

  check(isChecked = true): Promise<void> {
    return this.#do({ do: 'check', isChecked })
  }

  /** Leaves the field. */
  blur(): Promise<void> {
    return this.#do({ do: 'blur' })
  }

  async text(): Promise<string> {
    return String((await this.#act({ do: 'read', what: 'text' })) ?? '')
  }

  /** What a field holds. */
  async value(): Promise<string> {
    return String((await this.#act({ do: 'read', what: 'value' })) ?? '')
  }

  async isChecked(): Promise<boolean> {
    return (await this.#act({ do: 'read', what: 'isChecked' })) === true
  }

  async isDisabled(): Promise<boolean> {
    return (await this.#act({ do: 'read', what: 'isDisabled' })) === true
  }

  /** How many such elements there are now. */
  async count(): Promise<number> {
    await this.#target.settle()
    return this.#target.driver().count(this.#query)
  }

  /** Resolves when there is at least one. */
  async waitFor(): Promise<void> {
    await waitUntil(() => this.#target.driver().count(this.#query) > 0 || `There is no ${this.#what}`, this.#target)
  }

  /** Resolves when there is none any more. */
  async waitForNone(): Promise<void> {
    await waitUntil(
      () => this.#target.driver().count(this.#query) === 0 || `There is still ${this.#what}`,
      this.#target,
    )
  }

  async #do(action: PageAction): Promise<void> {
    await this.#act(action)
    await this.#target.settle()
  }

  async #act(action: PageAction): Promise<string | boolean | null> {
    let value: string | boolean | null = null
    await waitUntil(() => {
      const outcome = this.#target.driver().act(this.#query, action)
      if (outcome.ok) value = outcome.value
      return outcome.ok || `${this.#what} could not be used: ${outcome.wait}`
    }, this.#target)
    return value
  }
}

/** Asks again and again until the answer is true; a text says why not yet. Rejects with timeout, that text, and the page. */
export async function waitUntil(
  isDone: () => boolean | string | Promise<boolean | string>,
  { timeoutMs, driver }: Pick<LocatorTarget, 'timeoutMs' | 'driver'>,
): Promise<void> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const answer = await isDone()
    if (answer === true) return
    if (performance.now() > end) {
      const why = typeof answer === 'string' ? answer : 'It did not come to pass'
      throw new OrielError('timeout', `${why} within ${timeoutMs} ms. The page:\n${driver().snapshot()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

function wanted(text: string | RegExp, { exact = false }: TextOptions): WantedText {
  // Without the flags that make a pattern remember where it was.
  if (text instanceof RegExp) return { source: text.source, flags: text.flags.replace(/[gy]/g, '') }
  return { text, isExact: exact }
}

function describe(text: string | RegExp): string {
  return typeof text === 'string' ? JSON.stringify(text) : String(text)
}
