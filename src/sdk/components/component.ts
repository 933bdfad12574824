import type { JsonObject } from '../../shared/json.ts'
import { cleanState, dispatchSteps, lockedOf } from './dispatch.ts'
import type { DispatchRequest, DispatchResult } from './dispatch.ts'
import { ComponentError, quoted } from './errors.ts'
import { NO_PROGRESS, handleSteps } from './handle.ts'
import type { EventCall } from './handle.ts'
import { HANDLE, INSTANCE, Instance } from './instance.ts'
import { asyncNeeded } from './invoke.ts'
import { consoleLog } from './log.ts'
import type { ComponentLog } from './log.ts'
import { readParams } from './params.ts'
import { readPayload } from './payload.ts'
import type { BasePermission } from './permissions.ts'
import { renderNow, renderSteps, slotSteps } from './render.ts'
import type { Renderer } from './renderer.ts'
import type { Schema } from './schema.ts'
import { StateSerializer } from './serializer.ts'
import { stateCopy } from './state-copy.ts'
import { runAsync, runSync } from './steps.ts'
import type { Steps } from './steps.ts'
import { inTurn, now } from './turn.ts'

/** A component of any state. */
export type AnyComponent = Component<object>

/** A class of components. */
export interface ComponentClass<C extends AnyComponent = AnyComponent> {
  new (params?: Record<string, unknown>): C
  readonly name: string
  readonly prototype: C
  templateName: string | null
  renderer: Renderer | null
  slots: readonly string[]
  slotFallbacks: Readonly<Record<string, string>>
  permissionClasses: readonly (typeof BasePermission)[]
  events: Readonly<Record<string, Schema>>
  lockedFields: Iterable<string>
  paramsSchema?: Schema
  serializer: StateSerializer
  log: ComponentLog
}

/**
 * HTML that the script drives: it holds state, handles events and renders. An event `add_item` reaches the method
 * `onAddItem(payload)` of the class. Static members say how all of a class are; a subclass overrides them.
 */
export class Component<S extends object = JsonObject> {
  /** Name of the template, as the renderer knows it. */
  static templateName: string | null = null
  /** What renders. Set on `Component` it serves all. */
  static renderer: Renderer | null = null
  /** Names of slots that may be filled. None: any. */
  static slots: readonly string[] = []
  /** HTML of a slot whose component fails. Default: one sentence. */
  static slotFallbacks: Readonly<Record<string, string>> = {}
  /** Who may use it from outside: all of them must grant. None: everybody. */
  static permissionClasses: readonly (typeof BasePermission)[] = []
  /** What payloads must look like, by event. */
  static events: Readonly<Record<string, Schema>> = {}
  /** Fields of the state that stay here: they are never sent, and never taken from outside. */
  static lockedFields: Iterable<string> = []
  /** What a client may pass as params. Without it, none but the id. */
  static paramsSchema?: Schema
  /** Measures state on its way out, and signs it. */
  static serializer: StateSerializer = StateSerializer.shared
  /** Default: the console. */
  static log: ComponentLog = consoleLog

  readonly id: string
  readonly params: Record<string, unknown>
  state: S = {} as S
  /** Messages for people, by what they are about. */
  errors: Record<string, string> = {}
  /** Of this component alone; null: what the class has. */
  renderer: Renderer | null = null
  /** Of this component alone; null: what the class has. */
  templateName: string | null = null
  /** @internal */
  readonly [INSTANCE]: Instance

  /** `params.componentId` is the id; without one it is `component-` and 8 hex digits. Throws ComponentError bad_value. */
  constructor(params?: Record<string, unknown>) {
    this[INSTANCE] = new Instance()
    const read = readParams(params)
    this.params = read.params
    this.id = read.id
  }

  /** Whether it was mounted or hydrated. */
  get mounted(): boolean {
    return this[INSTANCE].mounted
  }

  /** Where this component reports. */
  get log(): ComponentLog {
    return (this.constructor as ComponentClass).log
  }

  /** What this component's state is measured, and signed, by. */
  get serializer(): StateSerializer {
    return (this.constructor as ComponentClass).serializer
  }

  /** Gives the component its first state. */
  mount(): void | Promise<void> {
    this[INSTANCE].mounted = true
  }

  /** Takes up `state`: its fields take the place of those that are there. Locked ones are left out. */
  hydrate(state: Partial<S>): void {
    const instance = this[INSTANCE]
    Object.assign(this.state, instance.clean === state ? state : cleanState(this, state))
    instance.mounted = true
  }

  /** A deep copy of the state, without locked fields. Throws ComponentError bad_state for what cannot be kept. */
  dehydrate(): S {
    const { codecs } = this.serializer
    // Where codecs are at work the copy is made on the way out.
    return (codecs.length > 0 ? { ...this.state } : stateCopy(this.state, [], new Set(lockedOf(this)))) as S
  }

  /** Called before each frame. What it sets in the state is shown, and kept. */
  beforeRender(): void | Promise<void> {}

  /** Puts `child` into a slot, in place of what was there. Throws ComponentError bad_value. */
  fillSlot(name: string, child: AnyComponent): void {
    const { slots } = this.constructor as ComponentClass
    if (!(child instanceof Component))
      throw new ComponentError(`Slot ${quoted(name)} takes a component.`, { code: 'bad_value' })
    if (typeof name !== 'string' || name === '' || name === '__proto__')
      throw new ComponentError('The name of a slot must be text.', { code: 'bad_value' })
    if (slots.length > 0 && !slots.includes(name))
      throw new ComponentError(`${this.constructor.name} has no slot ${quoted(name)}. It has ${slots.join(', ')}.`, {
        code: 'bad_value',
      })
    this[INSTANCE].children.set(name, child)
  }

  /** HTML of what is in the slots, by name. Within a frame, what was rendered for it. */
  renderSlots(): Record<string, string> {
    return this[INSTANCE].frame ?? runSync(slotSteps(this, 'sync'), () => asyncNeeded(this))
  }

  /** What the state is expected to become, for windows that do not want to wait. It sees copies. Default: null. */
  getOptimisticPatch(_event: string, _payload: object): Partial<S> | null {
    return null
  }

  /** Runs the handler of `event` alone. Throws EventNotFoundError, ComponentError. */
  handleEvent(event: string, payload?: object | null): void {
    runSync(this.#handle(event, payload, 'sync'), () => asyncNeeded(this))
  }

  /** As `handleEvent`, for handlers of any kind. */
  async asyncHandleEvent(event: string, payload?: object | null): Promise<void> {
    await runAsync(this.#handle(event, payload, 'async'))
  }

  /** What templates see. Override it to add to it. */
  getContext(): object {
    return { state: this.state, errors: this.errors, component_id: this.id, slots: this.renderSlots() }
  }

  /** HTML of the component as it is. Throws ComponentError render_failed, and what the renderer throws. */
  render(): string {
    if (this[INSTANCE].frame) return renderNow(this)
    return runSync(renderSteps(this, 'sync', false), () => asyncNeeded(this)).html
  }

  /**
   * Mounts or hydrates, handles the event, renders. For components without anything async. On a failure the component is
   * as it was before. Throws ComponentError, and what hooks and the renderer throw.
   */
  dispatch(request: DispatchRequest = {}): DispatchResult {
    return now(this, () => runSync(dispatchSteps(this, request, 'sync'), () => asyncNeeded(this)))
  }

  /** As `dispatch`, for components of any kind. Calls are answered one after the other, in the order they came in. */
  asyncDispatch(request: DispatchRequest = {}): Promise<DispatchResult> {
    return inTurn(this, () => runAsync(dispatchSteps(this, request, 'async')))
  }

  /** @internal */
  [HANDLE](call: EventCall): Steps<void> {
    return handleSteps(this, call)
  }

  *#handle(event: string, payload: object | null | undefined, mode: 'sync' | 'async'): Steps<void> {
    yield* this[HANDLE]({ event, payload: readPayload(event, payload), mode, progress: NO_PROGRESS })
  }
}

Instance.base = Component.prototype
