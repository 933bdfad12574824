import { isField } from '../html/fields.ts'
import { clean, isThere, nameOf, roleOf } from './accessible.ts'
import { roots } from './driver.ts'

/** The page as somebody who cannot see it comes across it: roles, names and texts, a line each, indented. */
export function snapshot(): string {
  return roots()
    .flatMap((root) => [...('body' in root ? root.body : root).children])
    .flatMap((element) => lines(element, ''))
    .join('\n')
}

function lines(element: Element, indent: string): string[] {
  if (!isThere(element) || element.localName === 'oriel-shell') return []
  const role = roleOf(element)
  // Where messages come, whether or not there has been one.
  if (role === 'log' && element.childElementCount === 0) return []
  const name = role === null ? '' : nameOf(element)
  const head = role === null ? null : `${indent}${role}${name === '' ? '' : ` "${name}"`}${stateOf(element)}`
  const deeper = head === null ? indent : `${indent}  `
  const inside = [...element.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = clean(node.nodeValue ?? '')
      return text === '' || text === name ? [] : [`${deeper}${text}`]
    }
    return node instanceof Element ? lines(node, deeper) : []
  })
  return head === null ? inside : [head, ...inside]
}

function stateOf(element: Element): string {
  const states: string[] = []
  if (element instanceof HTMLInputElement && /^(checkbox|radio)$/.test(element.type)) {
    if (element.checked) states.push('checked')
  } else if (isField(element) && element.value !== '') states.push(`value: ${element.value}`)
  if (element.matches(':disabled, [aria-disabled=true]')) states.push('disabled')
  for (const name of ['checked', 'selected', 'expanded', 'current', 'pressed'])
    if (!/^(false|)$/.test(element.getAttribute(`aria-${name}`) ?? '')) states.push(name)
  return states.length === 0 ? '' : ` (${states.join(', ')})`
}
