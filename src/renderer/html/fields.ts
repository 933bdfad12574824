/** A form field that a person fills in. */
export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const isInput = (node: Node): node is HTMLInputElement => node instanceof HTMLInputElement
const isTextArea = (node: Node): node is HTMLTextAreaElement => node instanceof HTMLTextAreaElement
const isSelect = (node: Node): node is HTMLSelectElement => node instanceof HTMLSelectElement
const isToggle = (field: Field): field is HTMLInputElement =>
  isInput(field) && (field.type === 'checkbox' || field.type === 'radio')

/** Whether the node is a form field that a person can fill in. */
export function isField(node: Node): node is Field {
  return isInput(node) || isTextArea(node) || isSelect(node)
}

/**
 * Whether redrawing must leave the field as the person left it: they changed it, and the new HTML says nothing new about
 * it (same default as before), or they are in the middle of it.
 */
export function isTyped(old: Field, fresh: Node): boolean {
  if (!isField(fresh) || old.tagName !== fresh.tagName || old.type !== fresh.type) return false
  if (current(old) === initial(old)) return false
  return old === document.activeElement || initial(old) === initial(fresh)
}

/** Remembers what is chosen in `select`; the returned call chooses it again, as far as it is still on offer. */
export function keepChoice(select: HTMLSelectElement): () => void {
  const chosen = new Set([...select.selectedOptions].map((option) => option.value))
  return () => {
    const options = [...select.options]
    if (!options.some((option) => chosen.has(option.value))) return
    for (const option of options) {
      const selected = chosen.has(option.value)
      if (option.selected !== selected) option.selected = selected
    }
  }
}

/** The field's state now, as comparable text. */
function current(field: Field): string {
  if (isToggle(field)) return String(field.checked)
  if (isSelect(field)) return JSON.stringify([...field.selectedOptions].map((option) => option.value))
  return field.value
}

/** The state that the field's HTML asks for. */
function initial(field: Field): string {
  if (isToggle(field)) return String(field.defaultChecked)
  if (!isSelect(field)) return field.defaultValue
  const options = [...field.options]
  const chosen = options.filter((option) => option.defaultSelected)
  // A drop-down without a chosen option shows its first.
  if (!field.multiple)
    return JSON.stringify((chosen.at(-1) ?? options[0]) ? [(chosen.at(-1) ?? options[0])?.value] : [])
  return JSON.stringify(chosen.map((option) => option.value))
}
