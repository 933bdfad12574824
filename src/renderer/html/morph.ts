import { Idiomorph } from 'idiomorph'
import { isStreamCanvas } from './pictures.ts'
import { isField, isTyped, keepChoice } from './fields.ts'

/** Put on an element by the page while an event is on its way; HTML from the script does not take it off. */
export const LOADING_ATTRIBUTE = 'data-loading'
/** An element with it is left alone by redrawing, with all that is in it: a place for what the page's own scripts draw. */
export const KEEP_ATTRIBUTE = 'data-keep'

/**
 * Turns the inside of `target` into the inside of `fresh` with as few changes as possible. Focus, caret, scroll, what is
 * typed and chosen, and what is folded open stay.
 */
export function morphInside(target: Element, fresh: Element): void {
  const focus = rememberFocus(target)
  const typed = new Set<Node>()
  const choices: (() => void)[] = []
  void Idiomorph.morph(target, [...fresh.childNodes], {
    morphStyle: 'innerHTML',
    // Our own does the same for elements of every kind, and the caret needs no help where the value is not touched.
    restoreFocus: false,
    callbacks: {
      beforeNodeMorphed(old: Node, next: Node) {
        if (!(old instanceof Element)) return true
        if (old.hasAttribute(KEEP_ATTRIBUTE) || isBeingEdited(old)) return false
        if (isField(old) && isTyped(old, next)) {
          typed.add(old)
          if (old instanceof HTMLSelectElement) choices.push(keepChoice(old))
        }
        return true
      },
      beforeAttributeUpdated(name: string, element: Element) {
        if (name === LOADING_ATTRIBUTE) return false
        // They are the size of the picture in it, and touching them would wipe it.
        if (isStreamCanvas(element)) return name !== 'width' && name !== 'height'
        // Open or shut is the person's doing, and a modal dialog would break.
        if (name === 'open') return !(element instanceof HTMLDetailsElement || element instanceof HTMLDialogElement)
        return !((name === 'value' || name === 'checked') && typed.has(element))
      },
    },
  })
  for (const choose of choices) choose()
  focus()
}

/** Makes the attributes of `target` those of `fresh`. */
export function morphAttributes(target: Element, fresh: Element): void {
  for (const { name } of [...target.attributes]) if (!fresh.hasAttribute(name)) target.removeAttribute(name)
  for (const { name, value } of fresh.attributes) {
    if (target.getAttribute(name) !== value) target.setAttribute(name, value)
  }
}

const isBeingEdited = (element: Element): boolean =>
  element instanceof HTMLElement && element.isContentEditable && element.contains(document.activeElement)

/** The returned call gives the focus back if redrawing took it: to the same element, else to its successor by id or name. */
function rememberFocus(root: Element): () => void {
  const active = document.activeElement
  if (!(active instanceof HTMLElement) || active === root || !root.contains(active)) return () => {}
  const range = caret(active)
  const { id, tagName } = active
  const name = active.getAttribute('name')
  return () => {
    if (document.activeElement === active) return
    const again = active.isConnected
      ? active
      : [...root.querySelectorAll<HTMLElement>(tagName)].find((element) =>
          id ? element.id === id : name !== null && element.getAttribute('name') === name,
        )
    if (!again) return
    again.focus({ preventScroll: true })
    if (range && (again instanceof HTMLInputElement || again instanceof HTMLTextAreaElement)) {
      again.setSelectionRange(...range)
    }
  }
}

type Caret = [start: number, end: number, direction: 'forward' | 'backward' | 'none']

/** Null where there is no caret, or the kind of input does not tell (number, date, …). */
function caret(element: Element): Caret | null {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return null
  const { selectionStart, selectionEnd, selectionDirection } = element
  return selectionStart === null || selectionEnd === null
    ? null
    : [selectionStart, selectionEnd, selectionDirection ?? 'none']
}
