import { isDeepStrictEqual } from 'node:util'
import type { AnyComponent, ComponentClass } from '../components/component.ts'
import type { DispatchResult, StreamFrame } from '../components/dispatch.ts'
import { ComponentRegistry } from '../components/registry.ts'
import { Renderer } from '../components/renderer.ts'
import { StreamingComponent } from '../components/streaming.ts'

/** Renders every template as its name and context in JSON: for tests of what a component does, without its templates. */
export class FakeRenderer extends Renderer {
  /** What was rendered, oldest first. */
  readonly rendered: { templateName: string; context: object }[] = []

  render(templateName: string, context: object): string {
    this.rendered.push({ templateName, context })
    return `<fake template="${templateName}">${JSON.stringify(context)}</fake>`
  }
}

/** A registry that nobody else uses, with these classes by name. */
export function isolatedRegistry(classes: Readonly<Record<string, ComponentClass>> = {}): ComponentRegistry {
  const registry = new ComponentRegistry()
  for (const [name, componentClass] of Object.entries(classes)) registry.register(name, componentClass)
  return registry
}

/** How `mountComponent` makes a component. */
export interface MountOptions {
  params?: Record<string, unknown>
  /** What was stored, to begin with instead of mounting. */
  state?: object
  /** By slot. */
  slots?: Readonly<Record<string, AnyComponent>>
  /** In place of the class's own; default a FakeRenderer where the class has none and does not render itself. */
  renderer?: Renderer
}

/**
 * A component under test. Each event goes to a new instance with the state that the one before gave, as it does over HTTP:
 * what a component keeps anywhere else than in its state is lost, and a test that passes does not rest on it.
 */
export class MountedComponent<C extends AnyComponent = AnyComponent> {
  readonly #class: ComponentClass<C>
  readonly #options: MountOptions
  /** The instance that answered last. */
  component: C
  /** The frames of the last event: one, or those of a stream. */
  frames: readonly (DispatchResult | StreamFrame)[] = []

  /** Use `mountComponent`. */
  constructor(componentClass: ComponentClass<C>, options: MountOptions) {
    this.#class = componentClass
    this.#options = options
    this.component = this.#make()
  }

  /** As the last frame has it. */
  get html(): string {
    return this.#last.html
  }
  get state(): Record<string, unknown> {
    return this.#last.state
  }
  get slots(): Record<string, string> {
    return this.#last.slots
  }
  /** What the component had expected of the last event; null if nothing. */
  get optimistic(): Record<string, unknown> | null {
    return this.#last.optimistic ?? null
  }

  /** Sends an event, with the state so far. Rejects as the component does; then the state stays as it was. */
  async dispatch(event: string | null, payload: object | null = null): Promise<this> {
    const component = this.#make()
    const state = this.frames.length > 0 ? this.state : (this.#options.state ?? null)
    const request = { event, payload, state, restored: state !== null }
    const frames: DispatchResult[] = []
    if (component instanceof StreamingComponent)
      for await (const frame of component.asyncStreamDispatch(request)) frames.push(frame)
    else frames.push(await component.asyncDispatch(request))
    this.component = component
    this.frames = frames
    return this
  }

  /** Throws an Error that shows both unless these fields of the state are so; others may be anything. */
  expectState(expected: Readonly<Record<string, unknown>>): this {
    for (const [field, value] of Object.entries(expected)) {
      if (!isDeepStrictEqual(this.state[field], value))
        throw new Error(`state.${field} is ${shown(this.state[field])}, not ${shown(value)}.`)
    }
    return this
  }

  /** Throws an Error that shows the HTML unless all of these stand in it. */
  expectHtml(...parts: readonly (string | RegExp)[]): this {
    for (const part of parts) {
      const isThere = typeof part === 'string' ? this.html.includes(part) : part.test(this.html)
      if (!isThere) throw new Error(`${String(part)} is not in the HTML:\n${this.html}`)
    }
    return this
  }

  get #last(): DispatchResult {
    const last = this.frames.at(-1)
    if (!last) throw new Error('Nothing was dispatched yet: mountComponent() has to be awaited.')
    return last
  }

  #make(): C {
    const { params, slots = {}, renderer } = this.#options
    const component = new this.#class(params)
    for (const [name, child] of Object.entries(slots)) component.fillSlot(name, child)
    if (renderer) component.renderer = renderer
    else if (!this.#class.renderer && component.renderer === null) {
      component.renderer = new FakeRenderer()
      component.templateName ??= this.#class.templateName ?? this.#class.name
    }
    return component
  }
}

/** Mounts a component, or takes up `state`, and renders it. Rejects as the component does. */
export async function mountComponent<C extends AnyComponent>(
  componentClass: ComponentClass<C>,
  options: MountOptions = {},
): Promise<MountedComponent<C>> {
  return new MountedComponent(componentClass, options).dispatch(null)
}

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value)
