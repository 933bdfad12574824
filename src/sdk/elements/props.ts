import { outgoing } from '../../client/outgoing.ts'
import type { ElementDefinition } from '../../shared/elements/define.ts'
import type { NodeProps } from '../../shared/elements/node.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Value } from '../../shared/value.ts'
import { domEventOf } from './html-events.ts'
import type { GivenProps, Handler } from './instance.ts'

/** What an element is drawn with and what it calls. */
export interface CheckedProps {
  props: NodeProps
  handlers: { readonly [event: string]: Handler }
}

const NO_HANDLERS: CheckedProps['handlers'] = Object.freeze({})

/** Splits what a script gave an element. Throws OrielError bad_value, naming element and prop. */
export function checkProps(type: string, definition: ElementDefinition | null, given: GivenProps): CheckedProps {
  return definition ? checkElement(definition, given) : checkTag(type, given)
}

function checkElement(definition: ElementDefinition, given: GivenProps): CheckedProps {
  const { name, events } = definition
  const values: { [name: string]: unknown } = {}
  let handlers: { [event: string]: Handler } | null = null
  for (const key of Object.keys(given)) {
    const value = given[key]
    if (key === 'ref') continue
    if (key === 'children') {
      if (definition.children === 'none' && value !== undefined && value !== null)
        throw new OrielError('bad_value', `<${name}> holds nothing: nothing may stand between its tags.`)
    } else if (Object.hasOwn(events, key)) {
      if (typeof value === 'function') (handlers ??= {})[key] = value as Handler
      else if (value !== undefined && value !== null) throw notFunction(name, key)
    } else if (value !== undefined) values[key] = value
  }
  const checked = definition.props.safeParse(values)
  if (!checked.success) {
    const issue = checked.error.issues[0]!
    const place = issue.path.length > 0 ? ` ${issue.path.join('.')}:` : ':'
    throw new OrielError('bad_value', `<${name}>${place} ${issue.message}.`)
  }
  const props: { [name: string]: Value } = { ...(outgoing(checked.data, `<${name}>`) as NodeProps), ...heldBy(given) }
  if (handlers) props['on'] = Object.keys(handlers)
  return { props, handlers: handlers ?? NO_HANDLERS }
}

function checkTag(tag: string, given: GivenProps): CheckedProps {
  const props: { [name: string]: Value } = {}
  let handlers: { [event: string]: Handler } | null = null
  let on: { [domEvent: string]: string } | null = null
  for (const key of Object.keys(given)) {
    const value = given[key]
    if (key === 'children' || key === 'ref' || value === undefined || value === null) continue
    if (key === 'dangerouslySetInnerHTML')
      throw new OrielError('bad_value', `<${tag}>: HTML text is shown by <Html> of oriel/ui, which cleans it.`)
    if (/^on[A-Z]/.test(key)) {
      if (typeof value !== 'function') throw notFunction(tag, key)
      ;(handlers ??= {})[key] = value as Handler
      ;(on ??= {})[domEventOf(tag, key, given)] = key
    } else if (typeof value === 'function')
      throw new OrielError('bad_value', `<${tag}> ${key}: a function can only be an event's, such as onClick.`)
    else props[key] = outgoing(value, `<${tag}> ${key}`)
  }
  if (on) props['on'] = on
  return { props: { ...props, ...heldBy(given) }, handlers: handlers ?? NO_HANDLERS }
}

/** A page that knows of a ref can do what is asked by it. */
function heldBy({ ref }: GivenProps): { ref?: true } {
  return ref === undefined || ref === null ? {} : { ref: true }
}

function notFunction(name: string, key: string): OrielError {
  return new OrielError('bad_value', `<${name}> ${key} must be a function.`)
}
