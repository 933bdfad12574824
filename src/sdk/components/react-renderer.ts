import { createRequire } from 'node:module'
import type { ComponentType, ReactElement, ReactNode } from 'react'
import { ComponentError, quoted } from './errors.ts'
import { Renderer } from './renderer.ts'

type CreateElement = (type: unknown, props: object) => ReactElement
type RenderToStaticMarkup = (element: ReactElement) => string

/** What a React component that serves as a template is given. `slots` has nodes, to be put where their HTML is to stand. */
export interface ReactTemplateProps<S = Record<string, unknown>> {
  state: S
  errors: Record<string, string>
  component_id: string
  slots: Record<string, ReactNode>
}

/** Renders React components by name, to HTML that needs no React in the page. */
export class ReactRenderer extends Renderer {
  readonly #components: ReadonlyMap<string, ComponentType<never>>
  readonly #createElement: CreateElement
  readonly #toMarkup: RenderToStaticMarkup
  /** Of an element that no template can have. */
  readonly #mark = `oriel-slot-${crypto.randomUUID()}`

  constructor(components: Readonly<Record<string, ComponentType<never>>>) {
    super()
    this.#components = new Map(Object.entries(components))
    // Only here: it is large, and most components do without. The same instance as the templates have.
    const require = createRequire(import.meta.url)
    this.#createElement = (require('react') as { createElement: CreateElement }).createElement
    this.#toMarkup = (
      require('react-dom/server') as { renderToStaticMarkup: RenderToStaticMarkup }
    ).renderToStaticMarkup
  }

  /** Throws ComponentError render_failed for a name that is not there, and what the component throws. */
  render(templateName: string, context: object): string {
    const type = this.#components.get(templateName)
    if (!type) throw new ComponentError(`There is no template ${quoted(templateName)}.`, { code: 'render_failed' })
    const slots = Object.entries((context as { slots?: Record<string, string> }).slots ?? {})
    const nodes = Object.fromEntries(
      slots.map(([name], index) => [name, this.#createElement(this.#mark, { 'data-n': index })]),
    )
    const html = this.#toMarkup(this.#createElement(type, { ...context, slots: nodes }))
    if (slots.length === 0) return html
    const placed = new RegExp(`<${this.#mark} data-n="(\\d+)"></${this.#mark}>`, 'g')
    return html.replace(placed, (_, index: string) => slots[Number(index)]![1])
  }
}
