import { isPlainObject } from '../../shared/document/kinds.ts'
import { MAX_NAME_LENGTH } from '../../shared/validate.ts'
import { TooDeep, cleanCopy } from './clean.ts'
import type { AnyComponent, ComponentClass } from './component.ts'
import type { DispatchRequest } from './dispatch.ts'
import { ComponentError, quoted } from './errors.ts'
import { isPermitted } from './permissions.ts'
import type { PermissionRequest } from './permissions.ts'
import type { ComponentRegistry } from './registry.ts'
import { describeIssues, judge } from './schema.ts'
import { runAsync } from './steps.ts'

/*
 * How components are reached from outside, whatever the way: who may, before anything is read or made, and then what the
 * caller may bring along (rule Q40).
 */

/** Throws ComponentError: unknown_component first, not_allowed then. */
export function admit(registry: ComponentRegistry, name: string, request: PermissionRequest): ComponentClass {
  const componentClass = registry.require(name)
  if (!isPermitted(request, componentClass))
    throw new ComponentError(`You may not use the component ${quoted(name)}.`, { code: 'not_allowed' })
  return componentClass
}

/** A component made for one call from outside, and what is to be done with it. */
export interface RemoteCall {
  component: AnyComponent
  request: DispatchRequest
}

/**
 * Reads { event, payload, state, restored, component_id, params }, all of them optional; `state` is the text of an earlier
 * answer, or an object where none is signed. Rejects with ComponentError bad_message, bad_payload, corrupt_state or
 * too_large.
 */
export async function openCall(componentClass: ComponentClass, body: unknown): Promise<RemoteCall> {
  if (!isPlainObject(body)) throw badMessage('it is an object with event, payload, state, component_id and params')
  const { event, payload, state, restored } = body
  if (event !== undefined && event !== null && typeof event !== 'string') throw badMessage('event is text or null')
  if (restored !== undefined && typeof restored !== 'boolean') throw badMessage('restored is true or false')
  const { serializer } = componentClass
  const request: DispatchRequest = {
    event: event ?? null,
    // What is no object is refused when the event is: it is the event's payload that is wrong.
    payload: payload as object | null | undefined,
    state:
      typeof state === 'string' || state === undefined || state === null
        ? serializer.deserialize(state)
        : serializer.acceptObject(state),
    restored: restored === true,
  }
  const params = await readParams(componentClass, body['params'])
  const componentId = idOf(body)
  if (componentId !== '') params['componentId'] = componentId
  return { component: new componentClass(params), request }
}

/** The id that a message names; "" for none. Throws ComponentError bad_message. */
export function idOf(body: { readonly [key: string]: unknown }): string {
  const { component_id: id = null } = body
  if (id === null) return ''
  if (typeof id !== 'string' || id.length > MAX_NAME_LENGTH || !id.isWellFormed())
    throw badMessage(`component_id is text of at most ${MAX_NAME_LENGTH} characters`)
  return id
}

/** What the class lets clients pass; the rest is dropped. */
async function readParams({ name, paramsSchema }: ComponentClass, given: unknown): Promise<Record<string, unknown>> {
  if (!paramsSchema) return {}
  if (given !== undefined && given !== null && !isPlainObject(given)) throw badMessage('params is an object')
  const verdict = await runAsync(judge(paramsSchema, copyOf(given ?? {})))
  if (verdict.ok && isPlainObject(verdict.value)) {
    const params = { ...verdict.value }
    delete params['componentId']
    return params
  }
  const why = verdict.ok ? 'they are no object' : describeIssues(verdict.issues)
  throw new ComponentError(`invalid params for ${name}: ${why}`, { code: 'bad_payload' })
}

function copyOf(params: object): object {
  try {
    return cleanCopy(params)
  } catch (error) {
    if (error instanceof TooDeep) throw badMessage(`params is ${error.message}, which is too much`)
    throw error
  }
}

function badMessage(what: string): ComponentError {
  return new ComponentError(`The message cannot be read: ${what}.`, { code: 'bad_message' })
}
