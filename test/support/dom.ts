import { act } from 'react'
import { createRoot } from 'react-dom/client'
import type { ReactNode } from 'react'
import { afterEach } from 'vitest'

/*
 * Drawing React in jsdom, with the few things that jsdom lacks.
 */
Object.assign(globalThis, {
  IS_REACT_ACT_ENVIRONMENT: true,
  ResizeObserver: class {
    observe() {}
    disconnect() {}
  },
})
if (!HTMLDialogElement.prototype.showModal) {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true
  }
  HTMLDialogElement.prototype.close = function () {
    this.open = false
  }
}

const drawn: (() => void)[] = []
afterEach(() => {
  for (const remove of drawn.splice(0)) act(remove)
})

/** Draws `node` into the page; it is removed after the test. */
export function draw(node: ReactNode): HTMLElement {
  const place = document.createElement('main')
  document.body.append(place)
  const root = createRoot(place)
  act(() => root.render(node))
  drawn.push(() => {
    root.unmount()
    place.remove()
  })
  return place
}

/** Does something and lets React and promises settle. */
export function doing(what: () => unknown): Promise<void> {
  return act(async () => {
    await what()
  })
}

/** The first element in `place` that carries this text or label and nothing more. */
export function byText(place: ParentNode, text: string, selector = 'button'): HTMLElement {
  const found = [...place.querySelectorAll<HTMLElement>(selector)].find(
    (element) => element.textContent?.trim() === text || element.getAttribute('aria-label') === text,
  )
  if (!found) throw new Error(`no ${selector} says "${text}"`)
  return found
}

/** Presses a key in the focused element. */
export function press(key: string): Promise<void> {
  return doing(() =>
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })),
  )
}

/** Types into a field the way React notices. */
export function fill(field: HTMLInputElement, value: string): Promise<void> {
  return doing(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, value)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
}
