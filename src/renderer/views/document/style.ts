import { isPlainObject } from '../../../shared/document/kinds.ts'
import type { Value } from '../../../shared/value.ts'

/** What a record's `style` may set. Nothing that could cover other parts of the window or load something. */
const PROPERTIES = [
  ...['color', 'background', 'background-color', 'opacity', 'visibility', 'accent-color', 'color-scheme'],
  ...['font', 'font-family', 'font-size', 'font-style', 'font-variant', 'font-weight', 'font-variant-numeric'],
  ...['line-height', 'letter-spacing', 'word-spacing', 'text-align', 'text-decoration', 'text-indent', 'text-overflow'],
  ...['text-transform', 'text-wrap', 'vertical-align', 'white-space', 'word-break', 'overflow-wrap', 'hyphens'],
  ...[
    'display',
    'float',
    'clear',
    'box-sizing',
    'width',
    'min-width',
    'max-width',
    'height',
    'min-height',
    'max-height',
  ],
  ...['aspect-ratio', 'inline-size', 'block-size', 'object-fit', 'overflow', 'overflow-x', 'overflow-y'],
  ...['margin', 'margin-top', 'margin-right', 'margin-bottom', 'margin-left', 'margin-inline', 'margin-block'],
  ...['padding', 'padding-top', 'padding-right', 'padding-bottom', 'padding-left', 'padding-inline', 'padding-block'],
  ...['border', 'border-top', 'border-right', 'border-bottom', 'border-left', 'border-color', 'border-style'],
  ...['border-width', 'border-radius', 'border-collapse', 'border-spacing', 'outline', 'outline-offset', 'box-shadow'],
  ...['flex', 'flex-basis', 'flex-direction', 'flex-flow', 'flex-grow', 'flex-shrink', 'flex-wrap', 'order'],
  ...['grid', 'grid-area', 'grid-auto-columns', 'grid-auto-flow', 'grid-auto-rows', 'grid-column', 'grid-row'],
  ...['grid-template', 'grid-template-areas', 'grid-template-columns', 'grid-template-rows'],
  ...['gap', 'row-gap', 'column-gap', 'align-content', 'align-items', 'align-self', 'justify-content'],
  ...['justify-items', 'justify-self', 'place-content', 'place-items', 'place-self', 'columns', 'column-count'],
  ...['list-style', 'list-style-type', 'table-layout', 'caption-side', 'cursor', 'user-select', 'resize', 'tab-size'],
  ...['transform', 'transform-origin', 'rotate', 'scale', 'translate', 'transition', 'writing-mode'],
]

/** By the name that React knows it under. */
const KNOWN: ReadonlySet<string> = new Set(PROPERTIES.map(toCamelCase))
/** Characters of one value. */
const MAX_LENGTH = 500
/** What fetches something, and escapes that could hide it. */
const FETCHES = /url|image|src|element|expression|\\/i

/** The safe part of a record's `style`; keys may be written `backgroundColor` or `background-color`. */
export function safeStyle(style: Value | undefined): Record<string, string | number> {
  if (!isPlainObject(style)) return {}
  const safe: Record<string, string | number> = {}
  for (const [key, value] of Object.entries(style)) {
    const name = toCamelCase(key)
    if (!KNOWN.has(name)) continue
    if (typeof value === 'number' && Number.isFinite(value)) safe[name] = value
    else if (typeof value === 'string' && value.length <= MAX_LENGTH && !FETCHES.test(value)) safe[name] = value
  }
  return safe
}

function toCamelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
