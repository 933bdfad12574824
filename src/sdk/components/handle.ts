import type { AnyComponent } from './component.ts'
import { ComponentError } from './errors.ts'
import { planOf } from './events.ts'
import type { EventPlan } from './events.ts'
import { Instance } from './instance.ts'
import { asyncNeeded, isAsync } from './invoke.ts'
import { badPayload } from './payload.ts'
import { SchemaIssues, judge, unknownKeys } from './schema.ts'
import type { Schema } from './schema.ts'
import { isThenable, settled } from './steps.ts'
import type { Mode, Steps } from './steps.ts'

/** What an event tells the core while it is handled. */
export interface EventProgress {
  /** Called once, when everything is checked and the handler is about to run. */
  started(): void
  /** A generator has given a value: a frame of its own on a stream, nothing elsewhere. */
  progress(): Steps<void>
}

export const NO_PROGRESS: EventProgress = { started() {}, *progress() {} }

/** One event, on its way to its handler. `payload` is clean. */
export interface EventCall {
  event: string
  payload: Record<string, unknown>
  mode: Mode
  progress: EventProgress
}

/** Finds the handler, checks the payload and runs it (rules Q11 to Q16). */
export function* handleSteps(component: AnyComponent, call: EventCall): Steps<void> {
  const plan = findPlan(component, call.event)
  const payload = yield* checkPayload(plan, call)
  yield* runHandler(component, call, plan.handler, payload)
}

/** Throws EventNotFoundError. */
export function findPlan(component: AnyComponent, event: string): EventPlan {
  return planOf(component, event, Instance.base)
}

/** The payload as the event's schema makes it. Throws ComponentError bad_payload. */
export function* checkPayload({ schema }: EventPlan, { event, payload }: EventCall): Steps<unknown> {
  if (!schema) return payload
  const extra = unknownKeys(schema, payload)
  if (extra.length > 0) throw invalid(event, [{ path: [extra[0]!], message: 'does not belong there' }])
  const verdict = yield* judgePayload(schema, event, payload)
  if (!verdict.ok) throw invalid(event, verdict.issues)
  return verdict.value
}

function* judgePayload(schema: Schema, event: string, payload: object) {
  try {
    return yield* judge(schema, payload)
  } catch (error) {
    throw asComponentError(event, error)
  }
}

function invalid(event: string, issues: SchemaIssues['issues']): ComponentError {
  const cause = new SchemaIssues(issues)
  return badPayload(event, cause.message, cause)
}

/** Runs `handler` to its end, generators step by step. What it throws is mapped as rule Q14 says. */
export function* runHandler(
  component: AnyComponent,
  { event, mode, progress }: EventCall,
  handler: (payload: unknown) => unknown,
  payload: unknown,
): Steps<void> {
  if (mode === 'sync' && isAsync(handler)) throw asyncNeeded(component, `the handler of "${event}"`)
  progress.started()
  const result = yield* guarded(event, () => handler.call(component, payload))
  if (!isIterator(result)) return
  let open = true
  try {
    for (;;) {
      open = false
      const turn = yield* guarded(event, () => result.next())
      if (turn.done) return
      open = true
      yield* progress.progress()
    }
  } finally {
    // Who listened has gone, or what it yielded for could not be shown.
    if (open) yield* settled(result.return?.())
  }
}

function* guarded<T>(event: string, call: () => T): Steps<Awaited<T>> {
  try {
    const result = call()
    return (isThenable(result) ? yield result : result) as Awaited<T>
  } catch (error) {
    throw asComponentError(event, error)
  }
}

function asComponentError(event: string, error: unknown): ComponentError {
  if (error instanceof ComponentError) return error
  return new ComponentError(`error handling ${event}`, { code: 'handler_failed', cause: error })
}

interface AnyIterator {
  next(): IteratorResult<unknown> | Promise<IteratorResult<unknown>>
  return?(): unknown
}

/** Whether `value` is what a generator gives, and not just a list. */
function isIterator(value: unknown): value is AnyIterator {
  if (typeof value !== 'object' || value === null) return false
  const { next } = value as Partial<AnyIterator>
  return typeof next === 'function' && (Symbol.asyncIterator in value || Symbol.iterator in value)
}
