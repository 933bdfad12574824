import { isPlainObject } from '../../shared/document/kinds.ts'
import { TooDeep, cleanCopy } from './clean.ts'
import type { AnyComponent, ComponentClass } from './component.ts'
import { corruptState } from './errors.ts'
import { HANDLE, INSTANCE, Instance } from './instance.ts'
import { invoke } from './invoke.ts'
import { reportOnce } from './log.ts'
import { readPayload } from './payload.ts'
import { renderSteps, requireRenderable } from './render.ts'
import { Snapshot, copyOf } from './snapshot.ts'
import { decodeState, mostBytesOfLastCopy, stateCopy } from './state-copy.ts'
import { Frame, settled } from './steps.ts'
import type { Mode, Steps } from './steps.ts'

/** One call of a component: an event, or none to see it as it is. */
export interface DispatchRequest {
  /** `add_item` and `addItem` reach `onAddItem`. null and "": only render. */
  event?: string | null
  /** null: {}. */
  payload?: object | null
  /** As a result gave it. null and {}: the component is mounted. */
  state?: object | null
  /** With it, {} is a state like any other. */
  restored?: boolean
  /** Told what the component expects to become of its state, before the handler runs. */
  onOptimistic?: (patch: Record<string, unknown>) => void
}

/** A component as it is after an event. `state` is a copy, without locked fields; `slots` has the HTML of each. */
export interface DispatchResult {
  html: string
  state: Record<string, unknown>
  componentId: string
  slots: Record<string, string>
  /** What the component had expected of its state; only where it had. */
  optimistic?: Record<string, unknown>
}

/** One frame of a stream. */
export type StreamFrame = DispatchResult & { streamDone: boolean }

/** Everything that happens for one event, for every entry: the order of rule Q7, and what fails, in one place. */
export function* dispatchSteps(component: AnyComponent, request: DispatchRequest, mode: Mode): Steps<DispatchResult> {
  const snapshot = new Snapshot(component)
  try {
    requireRenderable(component)
    yield* begin(component, request, mode)
    const { event } = request
    if (event === undefined || event === null || event === '') return yield* frameSteps(component, mode)
    const payload = readPayload(event, request.payload)
    let optimistic: DispatchResult['optimistic']
    const progress = {
      started: () => {
        optimistic = predict(component, event, payload)
        if (optimistic) request.onOptimistic?.(optimistic)
      },
      *progress(): Steps<void> {
        if (mode !== 'stream') return
        const frame = yield* frameSteps(component, mode, optimistic)
        yield new Frame<StreamFrame>({ ...frame, streamDone: false })
        // That frame has been shown: it is what stands if what follows fails (rule Q43).
        snapshot.take()
      },
    }
    yield* component[HANDLE]({ event, payload, mode, progress })
    return yield* frameSteps(component, mode, optimistic)
  } catch (error) {
    snapshot.restore()
    reportOnce(component.log, `${component.constructor.name}: dispatch failed`, error)
    throw error
  }
}

/** Each frame of an event, the last one marked (rule Q41). */
export function* streamSteps(component: AnyComponent, request: DispatchRequest): Steps<void, StreamFrame> {
  const result = yield* dispatchSteps(component, request, 'stream') as Steps<DispatchResult, StreamFrame>
  yield new Frame<StreamFrame>({ ...result, streamDone: true })
}

/** Mounts, or hydrates with a cleaned copy of the state (rules Q5, Q10 and Q30). */
function* begin(component: AnyComponent, request: DispatchRequest, mode: Mode): Steps<void> {
  const { state, restored } = request
  const instance = component[INSTANCE]
  instance.refused = false
  const empty = isPlainObject(state) && Object.keys(state).length === 0
  if (state === undefined || state === null || (empty && restored !== true)) {
    yield* settled(invoke(component, 'mount', mode))
  } else {
    instance.clean = cleanState(component, state)
    component.hydrate(instance.clean)
    instance.clean = null
  }
  instance.mounted = true
}

/** A copy of state that came from outside, without what it may not bring. Throws ComponentError corrupt_state. */
export function cleanState(component: AnyComponent, state: unknown): Record<string, unknown> {
  if (!isPlainObject(state)) throw corruptState('it is no object')
  try {
    const clean = cleanCopy(state)
    for (const field of lockedOf(component)) delete clean[field]
    return clean
  } catch (error) {
    if (error instanceof TooDeep) throw corruptState(`it is ${error.message}`, error)
    throw error
  }
}

export function lockedOf(component: AnyComponent): Iterable<string> {
  return (component.constructor as ComponentClass).lockedFields
}

/** What the component expects; it looks at copies, so that what it changes there is not counted twice (rule Q26). */
function predict(component: AnyComponent, event: string, payload: object): DispatchResult['optimistic'] {
  if (component.getOptimisticPatch === Instance.base.getOptimisticPatch) return undefined
  const { state } = component
  component.state = copyOf(state)
  try {
    const patch = component.getOptimisticPatch(event, cleanCopy(payload))
    return isPlainObject(patch) ? outgoing(component, patch) : undefined
  } finally {
    component.state = state
  }
}

function* frameSteps(
  component: AnyComponent,
  mode: Mode,
  optimistic?: DispatchResult['optimistic'],
): Steps<DispatchResult> {
  const { html, slots } = yield* renderSteps(component, mode)
  const state = outgoing(component, component.dehydrate(), component.dehydrate === Instance.base.dehydrate)
  const result: DispatchResult = { html, state, componentId: component.id, slots }
  if (optimistic) result.optimistic = optimistic
  return result
}

/** State on its way out: measured, without locked fields and without anything that JSON lacks and no codec knows. */
function outgoing(component: AnyComponent, state: object, copied = false): Record<string, unknown> {
  const { serializer } = component
  let out = state as Record<string, unknown>
  if (serializer.codecs.length > 0) {
    const encoded = stateCopy(state, serializer.codecs, new Set(lockedOf(component)))
    out = decodeState(structuredClone(encoded), serializer.codecs) as Record<string, unknown>
    serializer.guard(encoded, out)
    return out
  }
  // What `dehydrate` itself has just copied is measured by the way.
  if (!copied) out = stateCopy(state, [], new Set(lockedOf(component)))
  if (!serializer.fits(mostBytesOfLastCopy())) serializer.guard(out, out)
  return out
}
