import { OrielError } from '../../shared/errors.ts'
import { PLAIN } from '../../shared/plain.ts'
import type { FieldsSchema } from './schema.ts'
import { assign, readChild, unassign, valueOf, type Node } from './tree.ts'

/** What distinguishes the instance of a state class from an object inside it: it has methods, accessors and private fields. */
export interface InstanceOptions {
  fields: FieldsSchema
  /** Own properties that are no state: functions set as class fields. */
  functions: Set<string>
  /** Whether class fields are being set by a constructor; then a field that `hasStart` keeps its value. */
  isConstructing(): boolean
  hasStart(field: string): boolean
}

/** Makes reads and writes of an instance go to its fields where they are state, and to the object itself where not. */
export function instanceHandler(node: Node, options: InstanceOptions): ProxyHandler<object> {
  const { fields, functions } = options
  const isState = (key: string | symbol): key is string =>
    typeof key === 'string' && !key.startsWith('_') && !functions.has(key)
  return {
    get(target, key, proxy) {
      if (key === PLAIN) return valueOf(node)
      if (isState(key) && (Object.hasOwn(target, key) || fields.declares(key))) return readChild(node, key)
      return Reflect.get(target, key, proxy) as unknown
    },
    set(target, key, value: unknown, proxy) {
      if (isState(key) && !(!fields.declares(key) && isInherited(target, key))) assign(node, key, value)
      else if (isInherited(target, key)) return Reflect.set(target, key, value, proxy)
      else return Reflect.set(target, key, value)
      return true
    },
    defineProperty(target, key, descriptor) {
      if (!isState(key)) return Reflect.defineProperty(target, key, descriptor)
      if (typeof descriptor.value === 'function' && !fields.declares(key)) {
        functions.add(key)
        return Reflect.defineProperty(target, key, descriptor)
      }
      if (!('value' in descriptor))
        throw new OrielError('bad_value', `${node.tree.owner}.${key}: state holds values, no getters or setters.`)
      // A class field that only declares the type again sets undefined.
      const repeats = descriptor.value === undefined && fields.declares(key)
      if (!repeats && !(options.isConstructing() && options.hasStart(key))) assign(node, key, descriptor.value)
      return true
    },
    deleteProperty(target, key) {
      if (!isState(key)) return Reflect.deleteProperty(target, key)
      unassign(node, key)
      return true
    },
    getOwnPropertyDescriptor(target, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(target, key)
      if (descriptor && isState(key)) descriptor.value = readChild(node, key)
      return descriptor
    },
  }
}

/** Whether the class has a setter or a method of this name. */
function isInherited(target: object, key: string | symbol): boolean {
  return !Object.hasOwn(target, key) && key in target
}
