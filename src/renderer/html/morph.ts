import { Idiomorph } from 'idiomorph'
import { isStreamCanvas } from './pictures.ts'
import { isField, isTyped, keepChoice } from './fields.ts'
import { KEY_ATTRIBUTE, hasKeys, morphKeyed } from './keyed.ts'

/** Put on an element by the page while an event is on its way; HTML from the script does not take it off. */
export const LOADING_ATTRIBUTE = 'data-loading'
/** Put on an element by the page while files are on their way: how much of them is there, from 0 to 1. */
export const PROGRESS_ATTRIBUTE = 'data-progress'
const PAGE_ATTRIBUTES: ReadonlySet<string> = new Set([LOADING_ATTRIBUTE, PROGRESS_ATTRIBUTE])
/** An element with it is left alone by redrawing, with all that is in it: a place for what the page's own scripts draw. */
export const FROZEN_ATTRIBUTE = 'data-no-morph'

/**
 * Turns the inside of `target` into the inside of `fresh` with as few changes as possible. Focus, caret, scroll, what is
 * typed and chosen, and what is folded open stay; children with `data-key` stay the same elements wherever they go.
 */
export function morphInside(target: Element, fresh: Element): void {
  const focus = rememberFocus(target)
  const redraw = new Redraw()
  redraw.inside(target, fresh)
  redraw.end()
  focus()
}

/** Turns `old`, somewhere in `target`, into `next`, as `morphInside` does with all that is in it. */
export function morphElement(target: Element, old: Element, next: Element): void {
  if (old.isEqualNode(next)) return
  const focus = rememberFocus(target)
  const redraw = new Redraw()
  redraw.one(old, next)
  redraw.end()
  focus()
}

/** One redrawing, with what it has to put back at its end. */
class Redraw {
  readonly #typed = new Set<Node>()
  readonly #choices: (() => void)[] = []
  readonly #callbacks = {
    beforeNodeMorphed: (old: Node, next: Node) => this.#before(old, next),
    beforeAttributeUpdated: (name: string, element: Element) => this.#mayTouch(name, element),
  }

  inside(target: Element, fresh: ParentNode): void {
    if (hasKeys(target, fresh)) return morphKeyed(target, fresh, { morph: (old, next) => this.one(old, next) })
    // Our own focus does the same for elements of every kind, and the caret needs no help where the value is not touched.
    const settings = { morphStyle: 'innerHTML', restoreFocus: false, callbacks: this.#callbacks } as const
    void Idiomorph.morph(target, [...fresh.childNodes], settings)
  }

  end(): void {
    for (const choose of this.#choices) choose()
  }

  one(old: Node, next: Node): void {
    if (!(old instanceof Element && next instanceof Element)) {
      if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue
      return
    }
    void Idiomorph.morph(old, next, { morphStyle: 'outerHTML', restoreFocus: false, callbacks: this.#callbacks })
  }

  /** False: the element is done, or not to be touched. */
  #before(old: Node, next: Node): boolean {
    if (!(old instanceof Element && next instanceof Element)) return true
    if (old.hasAttribute(FROZEN_ATTRIBUTE) || isBeingEdited(old)) return false
    if (isField(old) && isTyped(old, next)) {
      this.#typed.add(old)
      if (old instanceof HTMLSelectElement) this.#choices.push(keepChoice(old))
    }
    if (!hasKeys(old, next)) return true
    morphAttributes(old, next, (name) => this.#mayTouch(name, old))
    this.inside(old, next)
    return false
  }

  #mayTouch(name: string, element: Element): boolean {
    if (PAGE_ATTRIBUTES.has(name)) return false
    // They are the size of the picture in it, and touching them would wipe it.
    if (isStreamCanvas(element)) return name !== 'width' && name !== 'height'
    // Open or shut is the person's doing, and a modal dialog would break.
    if (name === 'open') return !(element instanceof HTMLDetailsElement || element instanceof HTMLDialogElement)
    return !((name === 'value' || name === 'checked') && this.#typed.has(element))
  }
}

/** Makes the attributes of `target` those of `fresh`, save for those that `mayTouch` says no to. */
export function morphAttributes(target: Element, fresh: Element, mayTouch = (_name: string) => true): void {
  for (const { name } of [...target.attributes])
    if (!fresh.hasAttribute(name) && mayTouch(name)) target.removeAttribute(name)
  for (const { name, value } of fresh.attributes) {
    if (target.getAttribute(name) !== value && mayTouch(name)) target.setAttribute(name, value)
  }
}

const isBeingEdited = (element: Element): boolean =>
  element instanceof HTMLElement && element.isContentEditable && element.contains(document.activeElement)

/**
 * The returned call gives the focus back if redrawing took it: to the same element, else to its successor by id or name.
 * What was in a keyed row has none in another row, where typing would go into something else.
 */
function rememberFocus(root: Element): () => void {
  const active = document.activeElement
  if (!(active instanceof HTMLElement) || active === root || !root.contains(active)) return () => {}
  const range = caret(active)
  const { id, tagName } = active
  const name = active.getAttribute('name')
  const row = rowOf(active)
  return () => {
    if (document.activeElement === active) return
    const again = active.isConnected
      ? active
      : [...root.querySelectorAll<HTMLElement>(tagName)].find((element) =>
          id ? element.id === id : name !== null && element.getAttribute('name') === name && rowOf(element) === row,
        )
    if (!again) return
    again.focus({ preventScroll: true })
    if (range && (again instanceof HTMLInputElement || again instanceof HTMLTextAreaElement)) {
      again.setSelectionRange(...range)
    }
  }
}

const rowOf = (element: Element): string | null =>
  element.closest(`[${KEY_ATTRIBUTE}]`)?.getAttribute(KEY_ATTRIBUTE) ?? null

type Caret = [start: number, end: number, direction: 'forward' | 'backward' | 'none']

/** Null where there is no caret, or the kind of input does not tell (number, date, …). */
function caret(element: Element): Caret | null {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return null
  const { selectionStart, selectionEnd, selectionDirection } = element
  return selectionStart === null || selectionEnd === null
    ? null
    : [selectionStart, selectionEnd, selectionDirection ?? 'none']
}
