import path from 'node:path'
import { isPlainObject } from '../shared/document/kinds.ts'
import { OrielError } from '../shared/errors.ts'
import { randomId } from '../shared/ids.ts'
import { widgetRecordId } from '../shared/records.ts'
import type { Theme, WidgetProps } from '../shared/records.ts'
import { DEFAULT_WINDOW } from '../shared/window.ts'
import { checkKeys, checkPosition, checkSize, checkText, refuse } from './check.ts'
import { requireSession } from './runtime/frame.ts'
import type { RunningSession } from './runtime/session.ts'
import { ShownWidget } from './widget.ts'
import type { Widget } from './widget.ts'
import { isComponent, toContent } from './widget-content.ts'
import type { PlainInput, WidgetInput } from './widget-content.ts'
import type { WidgetHandler } from './widget-events.ts'

export interface ShowOptions {
  /** Letters, digits, `.`, `_`, `-`, at most 64, not beginning with `oriel-`. Default `w1`, `w2`, … in order of calls, so that the next run finds its windows' places. */
  id?: string
  /** Default: the script's name. */
  title?: string
  /** DIP; default 960 */
  width?: number
  /** DIP; default 640 */
  height?: number
  /** DIP; default: where the window was last, or the host's choice */
  x?: number
  y?: number
  /** Default true. */
  resizable?: boolean
  /** Default 'system'. */
  theme?: Theme
  /** Handlers that are there before the page can send anything. */
  on?: Record<string, WidgetHandler>
}

const OPTIONS = ['id', 'title', 'width', 'height', 'x', 'y', 'resizable', 'theme', 'on'] as const
const THEMES: readonly unknown[] = ['light', 'dark', 'system']
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** What is there before a component has rendered. */
const NOTHING_YET = ''
const SCRIPT_SUFFIX = /(\.oriel)?\.[a-z]+$/i

/**
 * Opens a widget in its own window. Resolves when the window exists; the page may still be loading, and what is sent to it
 * waits until it is there. Throws OrielError no_session, session_closed, bad_value; what the window host refused.
 */
export async function show(content: WidgetInput, options: ShowOptions = {}): Promise<Widget> {
  const session = requireSession('show()')
  checkKeys(options, OPTIONS, 'show: options')
  const id = options.id === undefined ? nextId(session) : checkId(session, options.id)
  const props = toProps(session, id, isComponent(content) ? NOTHING_YET : content, options)
  const handlers = Object.entries(options.on ?? {})
  const widget = new ShownWidget(session, id)
  try {
    for (const [type, handler] of handlers) widget.on(type, handler)
    const rendered = await widget.render(content)
    if (rendered) props.content = rendered
    const recordId = widgetRecordId(id)
    const { document } = session.link
    document.transact((tx) => {
      tx.put({ id: recordId, type: 'widget', scope: 'view', props: { ...props } })
      tx.roots([...document.roots.filter((root) => root !== recordId), recordId])
    })
    widget.follow()
    session.widgetShown()
    await session.holding(session.link.call('window.open', { widgetId: id }))
  } catch (error) {
    widget.remove()
    throw error
  }
  return widget
}

function nextId(session: RunningSession): string {
  let id: string
  do id = `w${++session.widgetCount}`
  while (session.widgets.has(id))
  return id
}

function checkId(session: RunningSession, id: unknown): string {
  if (typeof id !== 'string' || !ID.test(id))
    refuse('show: id', 'at most 64 letters, digits, ".", "_" and "-", starting with a letter or digit', id)
  if (/^oriel-/i.test(id))
    refuse('show: id', 'an id that does not start with "oriel-", as those of Oriel itself do', id)
  if (session.widgets.has(id))
    throw new OrielError('bad_value', `show: "${id}" is shown already. Use its update(), or close() it first.`)
  return id
}

function toProps(session: RunningSession, id: string, content: PlainInput, options: ShowOptions): WidgetProps {
  const { title, width, height, x, y, resizable = true, theme = 'system', on } = options
  if (title !== undefined) checkText(title, 'show: title')
  if (typeof resizable !== 'boolean') refuse('show: resizable', 'true or false', resizable)
  if (!THEMES.includes(theme)) refuse('show: theme', "'light', 'dark' or 'system'", theme)
  if (on !== undefined && !isPlainObject(on)) refuse('show: on', 'an object of handlers', on)
  return {
    widgetId: id,
    title: title ?? path.basename(session.options.scriptPath).replace(SCRIPT_SUFFIX, ''),
    content: toContent(content, session.folder, 'show: content'),
    revision: randomId(),
    patches: {},
    theme,
    resizable,
    width: width === undefined ? DEFAULT_WINDOW.width : checkSize(width, 'show: width'),
    height: height === undefined ? DEFAULT_WINDOW.height : checkSize(height, 'show: height'),
    x: x === undefined ? null : checkPosition(x, 'show: x'),
    y: y === undefined ? null : checkPosition(y, 'show: y'),
  }
}
