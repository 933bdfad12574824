import type { AnyComponent, ComponentClass } from './component.ts'
import { ComponentError } from './errors.ts'
import { INSTANCE, Instance } from './instance.ts'
import { invoke } from './invoke.ts'
import { markRoot } from './mark-root.ts'
import { reportOnce } from './log.ts'
import type { Renderer } from './renderer.ts'
import { settled } from './steps.ts'
import type { Mode, Steps } from './steps.ts'

export interface Rendered {
  html: string
  slots: Record<string, string>
}

/** Throws ComponentError render_failed where there is no renderer or no template; before anything else happens (rule Q18). */
export function requireRenderable(component: AnyComponent): void {
  if (!rendersItself(component)) rendererOf(component)
}

/** beforeRender, the slots, context and renderer, each once (rule Q7). `own`: by the class's own `render`, if it has one. */
export function* renderSteps(component: AnyComponent, mode: Mode, own = rendersItself(component)): Steps<Rendered> {
  const instance = component[INSTANCE]
  if (instance.frame)
    throw new ComponentError(`${component.constructor.name} is in a slot of itself.`, { code: 'render_failed' })
  if (!own) rendererOf(component)
  yield* settled(invoke(component, 'beforeRender', mode))
  instance.frame = {}
  try {
    const slots = yield* slotSteps(component, mode)
    instance.frame = slots
    const html = own ? component.render() : renderNow(component)
    if (typeof html !== 'string')
      throw new ComponentError(`${component.constructor.name}: rendering gave no text.`, { code: 'render_failed' })
    return { html, slots }
  } finally {
    instance.frame = null
  }
}

/** Context and renderer alone. */
export function renderNow(component: AnyComponent): string {
  const { renderer, templateName } = rendererOf(component)
  return renderer.render(templateName, component.getContext())
}

/** HTML of what is in the slots, each component once. What fails is replaced and reported (rule Q22). */
export function* slotSteps(component: AnyComponent, mode: Mode): Steps<Record<string, string>> {
  const { children, mark } = component[INSTANCE]
  const slots: Record<string, string> = {}
  if (children.size === 0) return slots
  const done = new Map<AnyComponent, string | null>()
  for (const [slot, child] of children) {
    if (mark !== null) child[INSTANCE].mark ??= `${mark}.${slot}`
    let html = done.get(child)
    if (html === undefined) done.set(child, (html = yield* childSteps(child, mode)))
    slots[slot] = html ?? fallbackOf(component, slot)
  }
  return slots
}

function* childSteps(child: AnyComponent, mode: Mode): Steps<string | null> {
  const instance = child[INSTANCE]
  try {
    if (!instance.mounted) {
      yield* settled(invoke(child, 'mount', mode))
      instance.mounted = true
    }
    const { html } = yield* renderSteps(child, mode)
    if (instance.mark === null) return html
    instance.shown = markRoot(html, instance.mark)
    return instance.shown
  } catch (error) {
    reportOnce(child.log, `${child.constructor.name}: rendering in a slot failed`, error)
    return null
  }
}

const FALLBACK = '<div data-slot-failed role="alert">This part could not be shown.</div>'

function fallbackOf(component: AnyComponent, slot: string): string {
  const { slotFallbacks } = component.constructor as ComponentClass
  return Object.hasOwn(slotFallbacks, slot) ? slotFallbacks[slot]! : FALLBACK
}

function rendersItself(component: AnyComponent): boolean {
  return component.render !== Instance.base.render
}

/** An instance's own before its class's (rule Q19). */
function rendererOf(component: AnyComponent): { renderer: Renderer; templateName: string } {
  const { name, renderer: shared, templateName: template } = component.constructor as ComponentClass
  const renderer = component.renderer ?? shared
  if (!renderer)
    throw new ComponentError(`${name} has no renderer. Set Component.renderer, or the static renderer of the class.`, {
      code: 'render_failed',
    })
  const templateName = component.templateName ?? template
  if (!templateName)
    throw new ComponentError(`${name} has no template. Set its static templateName.`, { code: 'render_failed' })
  return { renderer, templateName }
}
