import { Component } from './component.ts'
import type { AnyComponent, ComponentClass } from './component.ts'
import { ComponentError, quoted } from './errors.ts'
import { Renderer } from './renderer.ts'

/**
 * A component of the class `parent` with its slots filled in the order given; nothing is mounted yet. Throws
 * ComponentError bad_value for a slot that it does not have, and for what is no component, before anything is made.
 */
export function compose<C extends AnyComponent>(
  parent: ComponentClass<C>,
  { params, slots }: { params?: Record<string, unknown>; slots: Record<string, AnyComponent> },
): C {
  for (const [name, child] of Object.entries(slots))
    if (!(child instanceof Component))
      throw new ComponentError(`Slot ${quoted(name)} takes a component.`, { code: 'bad_value' })
  const component = new parent(params)
  for (const [name, child] of Object.entries(slots)) component.fillSlot(name, child)
  return component
}

type RendererClass = abstract new (...args: never[]) => Renderer

/** What `SlotRenderer` adds to a renderer. */
export interface SlotRendering {
  /** A copy of `context` with `slots` in place of those it had. */
  mergeSlotContext(context: object, slots: Record<string, string>): object
  /** Renders with this HTML in the slots. */
  renderWithSlots(templateName: string, context: object, slots: Record<string, string>): string
}

/** Mixin: a class that extends `SlotRenderer(EtaRenderer)` can be given the HTML of slots from elsewhere. */
export function SlotRenderer<B extends RendererClass>(
  base: B,
): abstract new (...args: ConstructorParameters<B>) => InstanceType<B> & SlotRendering {
  // TypeScript lets no class of unknown parameters be extended but one that takes `any`.
  abstract class WithSlots extends (base as unknown as typeof Renderer) implements SlotRendering {
    mergeSlotContext(context: object, slots: Record<string, string>): object {
      return mergeSlotContext(context, slots)
    }

    renderWithSlots(templateName: string, context: object, slots: Record<string, string>): string {
      return this.render(templateName, this.mergeSlotContext(context, slots))
    }
  }
  return WithSlots as unknown as abstract new (...args: ConstructorParameters<B>) => InstanceType<B> & SlotRendering
}

function mergeSlotContext(context: object, slots: Record<string, string>): object {
  return { ...context, slots }
}

SlotRenderer.mergeSlotContext = mergeSlotContext
