import { statSync } from 'node:fs'
import path from 'node:path'
import type { ReactElement } from 'react'
import { OrielError } from '../shared/errors.ts'
import type { WidgetContent } from '../shared/records.ts'
import type { AnyComponent } from './components/component.ts'
import { INSTANCE } from './components/instance.ts'
import { checkKeys, checkText, refuse } from './check.ts'
import { Html } from './html.ts'

/**
 * What a widget can show: HTML (text, or made by `html`), React elements (`<App />`), an HTML file, named from the session's
 * folder, or an http(s) page.
 */
export type PlainInput = string | Html | ReactElement | { file: string } | { url: string }
/** What a widget can show: the same, or a component of `oriel/components`. */
export type WidgetInput = PlainInput | AnyComponent

const WANTED = 'an HTML string, html`…`, a React element (<App />), a component, { file: … } or { url: … }'
const REACT_ELEMENT = Symbol.for('react.transitional.element')

/** Whether this is a React element, as JSX makes it. */
export function isReactElement(input: unknown): input is ReactElement {
  return typeof input === 'object' && input !== null && '$$typeof' in input && input.$$typeof === REACT_ELEMENT
}

/** Whether `input` is a component. */
export function isComponent(input: WidgetInput): input is AnyComponent {
  return typeof input === 'object' && input !== null && INSTANCE in input
}

/** `input` as it is kept in the document. Throws OrielError bad_value; a file must be there. */
export function toContent(input: PlainInput, folder: string, what: string): WidgetContent {
  const given: unknown = input
  if (typeof given === 'string') return { kind: 'html', html: given }
  if (given instanceof Html) return { kind: 'html', html: given.toString() }
  if (isReactElement(given)) return { kind: 'elements' }
  if (typeof given === 'function') refuse(what, `${WANTED}; write <${given.name || 'App'} />`, given)
  if (typeof given !== 'object' || given === null || !('file' in given || 'url' in given)) refuse(what, WANTED, given)
  checkKeys(given, 'file' in given ? ['file'] : ['url'], what)
  return 'file' in given ? fileContent(given.file, folder, what) : urlContent(given.url, what)
}

function fileContent(file: unknown, folder: string, what: string): WidgetContent {
  checkText(file, `${what}.file`)
  const absolute = path.resolve(folder, file)
  if (!statSync(absolute, { throwIfNoEntry: false })?.isFile())
    throw new OrielError('bad_value', `There is no file ${absolute} to show.`)
  return { kind: 'file', file: absolute }
}

function urlContent(url: unknown, what: string): WidgetContent {
  checkText(url, `${what}.url`)
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    refuse(`${what}.url`, 'an address that starts with http:// or https://', url)
  return { kind: 'url', url: parsed.href }
}
