import { isWholeDocument } from '../../shared/html.ts'
import { widgetRecordId } from '../../shared/records.ts'
import type { WidgetProps } from '../../shared/records.ts'
import type { Boot } from '../boot.ts'
import type { DocumentChange, DocumentReader } from '../types.ts'
import { ComponentFrames } from './component-frames.ts'
import { syncHead } from './head.ts'
import { morphAttributes, morphInside } from './morph.ts'
import { parseDocument, parseInside } from './parse.ts'
import { Patches } from './patches.ts'
import type { Predictions } from './predictions.ts'

/** Id of the element that HTML fragments stand in. Absent where the script's HTML is a document of its own. */
export const CONTENT_ELEMENT_ID = 'oriel-content'

/** Keeps the page the same as its widget's record: content, patches, title and theme. */
export class Content {
  readonly #recordId: string
  readonly #boot: Boot
  readonly #reload: () => void
  readonly #predictions: Predictions
  readonly #patches = new Patches(root)
  #revision: string
  /** Of a component, what was drawn last of this revision. */
  #frame = -1
  #frames = new ComponentFrames()

  /** `reload` is called for content that only the server can turn into a page: a file, a view, a change of kind. */
  constructor(boot: Boot, reload: () => void, predictions: Predictions) {
    this.#recordId = widgetRecordId(boot.widgetId)
    this.#boot = boot
    this.#revision = boot.revision
    this.#reload = reload
    this.#predictions = predictions
  }

  /** Draws what the document says now and follows it from here on. Returns the way to stop. */
  follow(document: DocumentReader): () => void {
    const draw = ({ ops }: DocumentChange) => {
      const record = document.get(this.#recordId)
      if (!record) return
      this.#patches.forget(ops)
      this.draw(record.props as unknown as WidgetProps)
    }
    draw({ ops: [] })
    return document.onChange(draw, { id: this.#recordId })
  }

  /** Makes the page show `widget`. Draws only what differs from what it shows already. */
  draw(widget: WidgetProps): void {
    if (document.title !== widget.title) document.title = widget.title
    applyTheme(widget.theme)
    this.#predictions.drawUnder(() => this.#drawInside(widget))
  }

  #drawInside(widget: WidgetProps): void {
    const { content, revision } = widget
    const isNew = revision !== this.#revision
    if (isNew) {
      this.#frame = -1
      this.#frames = new ComponentFrames()
    }
    const frame = content.kind === 'component' ? content.frame : -1
    if (isNew || frame > this.#frame) {
      this.#revision = revision
      this.#frame = frame
      this.#patches.reset()
      if (!this.#drawContent(widget)) return this.#reload()
    }
    this.#patches.draw(widget.patches)
  }

  /** False if the page itself cannot. */
  #drawContent({ content, patches }: WidgetProps): boolean {
    // A tree's own view follows it.
    if (content.kind === 'elements') return this.#boot.view === 'elements'
    if (this.#boot.view !== null || this.#boot.frame !== null) return false
    if (content.kind === 'html') drawContent(content.html)
    else if (content.kind === 'component') {
      // Patches lie over the whole of it.
      const isBare = Object.keys(patches).length === 0
      if (!this.#frames.draw(root(), content.parts, isBare)) drawContent(content.parts.join(''))
    } else return false
    return true
  }
}

/** Sets the page's theme; the style sheet follows `data-theme`. */
export function applyTheme(theme: WidgetProps['theme']): void {
  const { dataset } = document.documentElement
  if (dataset.theme !== theme) dataset.theme = theme
}

function root(): Element {
  return document.getElementById(CONTENT_ELEMENT_ID) ?? document.body
}

/** A fragment becomes the inside of the content element; a document becomes the body, with its styles in the head. */
function drawContent(html: string): void {
  const target = root()
  if (!isWholeDocument(html)) return morphInside(target, parseInside(target, html))
  const fresh = parseDocument(html)
  syncHead(document.head, fresh.head)
  if (target === document.body) morphAttributes(target, fresh.body)
  morphInside(target, fresh.body)
}
