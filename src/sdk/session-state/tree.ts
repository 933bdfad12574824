import { equal } from '../../shared/document/equal.ts'
import { isBinary, isList } from '../../shared/document/kinds.ts'
import { formatPath } from '../../shared/document/op-error.ts'
import { OrielError } from '../../shared/errors.ts'
import { PLAIN, plainValue } from '../../shared/plain.ts'
import type { Value } from '../../shared/value.ts'
import { conform, FREE, insideOf, type FieldsSchema, type Inside, type Schema } from './schema.ts'

/*
 * Lists and objects that a script changes in place, while what is stored of them are immutable values. Each container that
 * a script has got hold of is a node with a copy of its own; the others are the stored values themselves.
 */

type List = Value[]
type Fields = { [key: string]: Value }

/** One container that a script may change. */
export interface Node {
  readonly tree: Tree
  readonly parent: Node | null
  readonly schema: Schema
  readonly inside: Inside
  /** What the script sees; its containers are nodes' own copies or stored values. */
  readonly own: List | Fields
  proxy: object
  /** The immutable value of all of it; null after a change. */
  value: Value | null
}

/** What all nodes of one state instance share. */
export interface Tree {
  /** Name of the class, for messages. */
  readonly owner: string
  /** Whether a property of the root is stored state; others are the script's own business. */
  isField(key: string): boolean
  /** Called after each change. */
  changed(): void
}

const nodesByOwn = new WeakMap<object, Node>()
const nodesByProxy = new WeakMap<object, Node>()

/** The root of a tree: `own` is the instance, with its fields as stored values. */
export function rootNode(tree: Tree, fields: FieldsSchema, own: object, makeProxy: (node: Node) => object): Node {
  return makeNode(
    { tree, parent: null, schema: fields.schema, inside: fields, own: own as Fields, value: null },
    makeProxy,
  )
}

/** What a script gets when it reads `key` of a container. */
export function readChild(node: Node, key: string | number): unknown {
  const child = (node.own as Fields)[key]
  if (typeof child !== 'object' || child === null || isBinary(child)) return child
  const known = nodesByOwn.get(child)
  if (known) return known.proxy
  const own = isList(child) ? [...child] : { ...child }
  const schema = node.inside.child(key) ?? FREE
  const made = makeNode(
    { tree: node.tree, parent: node, schema, inside: insideOf(schema), own, value: child },
    (self) => new Proxy(own, isList(own) ? LIST : fieldsHandler(self)),
  )
  ;(node.own as Fields)[key] = own
  return made.proxy
}

/** The immutable value of a node. Parts that did not change since the last time are the same objects. */
export function valueOf(node: Node): Value {
  if (node.value !== null) return node.value
  if (isList(node.own)) return (node.value = node.own.map(immutable))
  const fields: Fields = {}
  for (const key of fieldsOf(node)) fields[key] = immutable(node.own[key] as Value)
  return (node.value = fields)
}

/** The names of what is stored of an object. */
export function fieldsOf(node: Node): string[] {
  const keys = Object.keys(node.own)
  return node.parent ? keys : keys.filter((key) => node.tree.isField(key))
}

/** Assigns one field of an object. Throws OrielError bad_value and changes nothing if it does not fit. */
export function assign(node: Node, key: string, given: unknown): void {
  const own = node.own as Fields
  const schema = node.inside.child(key)
  if (!schema)
    throw new OrielError(
      'bad_value',
      `${node.tree.owner} has no field "${formatPath([...pathOf(node), key])}". Declare it in the schema, or make the schema loose (z.looseObject).`,
    )
  const value = conform(schema, plain(given), node.tree.owner, [...pathOf(node), key])
  const old = Object.hasOwn(own, key) ? immutable(own[key] as Value) : undefined
  if (value === undefined ? old === undefined : equal(old, value)) return
  change(node, () => {
    if (value === undefined) delete own[key]
    else own[key] = value
  })
}

/** Takes a field out of an object, if it is there; one with a default then has that. Throws OrielError bad_value if it has to be there. */
export function unassign(node: Node, key: string): void {
  const own = node.own as Fields
  if (!Object.hasOwn(own, key)) return
  if (!node.inside.isSpare(key)) return assign(node, key, undefined)
  change(node, () => {
    delete own[key]
  })
}

/** Replaces `remove` items of a list at `index` by `items`. Throws OrielError bad_value and changes nothing if they do not fit. */
function replaceItems(node: Node, index: number, remove: number, items: readonly unknown[]): void {
  const own = node.own as List
  const path = pathOf(node)
  const values = items.map((item, i) => {
    const at = [...path, index + i]
    const value = conform(node.inside.child(index + i) as Schema, plain(item), node.tree.owner, at)
    if (value !== undefined) return value
    throw new OrielError('bad_value', `${node.tree.owner}.${formatPath(at)}: undefined cannot be stored.`)
  })
  const old = own.slice(index, index + remove).map(immutable)
  if (equal(old, values)) return
  change(node, () => {
    // One by one where there are very many: each becomes an argument.
    if (values.length < 10_000) own.splice(index, remove, ...values)
    else setItems(own, own.toSpliced(index, remove, ...values))
  })
}

/** Changes the content of a node and, where the schema needs to see more than the new value, checks the whole and takes the change back if it does not fit. */
function change(node: Node, act: () => void): void {
  const judge = judgeOf(node)
  if (!judge) {
    act()
    outdate(node)
    return node.tree.changed()
  }
  const before = isList(node.own) ? [...node.own] : { ...node.own }
  act()
  outdate(node)
  try {
    const whole = valueOf(judge)
    const conforming = conform(judge.schema, whole, node.tree.owner, pathOf(judge))
    if (!equal(whole, conforming)) {
      restore(judge, conforming as List | Fields)
      outdate(judge)
    }
  } catch (error) {
    restore(node, before)
    outdate(node)
    throw error
  }
  node.tree.changed()
}

/** The topmost container above, or this one, whose schema must judge it as a whole; null if each value can be judged alone. */
function judgeOf(node: Node): Node | null {
  let judge: Node | null = null
  for (let each: Node | null = node; each; each = each.parent) if (each.inside.whole) judge = each
  return judge
}

/** Puts `content` in the place of what a container holds. */
function restore(node: Node, content: readonly Value[] | Fields): void {
  if (isList(node.own)) return setItems(node.own, content as readonly Value[])
  const fields = content as Fields
  for (const key of fieldsOf(node)) if (!Object.hasOwn(fields, key)) delete node.own[key]
  for (const key of Object.keys(fields)) if (node.parent || node.tree.isField(key)) node.own[key] = fields[key] as Value
}

/** The values of this node and of all it lies in are to be made anew. */
export function outdate(node: Node): void {
  for (let each: Node | null = node; each; each = each.parent) each.value = null
}

function setItems(own: List, items: readonly Value[]): void {
  own.length = items.length
  for (let i = 0; i < items.length; i++) own[i] = items[i] as Value
}

function immutable(value: Value): Value {
  const node = typeof value === 'object' && value !== null ? nodesByOwn.get(value) : undefined
  return node ? valueOf(node) : value
}

/** The values behind a proxy; anything else as it is. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (plainValue(value) ?? value) : value
}

function makeNode(parts: Omit<Node, 'proxy'>, makeProxy: (node: Node) => object): Node {
  const node: Node = { ...parts, proxy: parts.own }
  node.proxy = makeProxy(node)
  nodesByOwn.set(node.own, node)
  nodesByProxy.set(node.proxy, node)
  return node
}

/** Where a container lies now, for messages; as far as it still lies anywhere. */
function pathOf(node: Node): (string | number)[] {
  const path: (string | number)[] = []
  for (let each = node; each.parent; each = each.parent) {
    const { own } = each.parent
    const key = isList(own) ? own.indexOf(each.own) : Object.keys(own).find((name) => own[name] === each.own)
    path.unshift(key ?? -1)
  }
  return path
}

function listOf(proxy: unknown): { node: Node; own: List } {
  const node = nodesByProxy.get(proxy as object)
  if (!node || !isList(node.own))
    throw new TypeError('This method was called on something that is no list of session state.')
  return { node, own: node.own }
}

function refuse(node: Node, what: string): never {
  throw new OrielError('bad_value', `${node.tree.owner}.${formatPath(pathOf(node))}: ${what}`)
}

/** The index that `key` is; null for `length`, methods and the like. */
function toIndex(key: string | symbol): number | null {
  return typeof key === 'string' && /^(0|[1-9]\d{0,9})$/.test(key) ? Number(key) : null
}

const clamp = (index: number, length: number): number => {
  const whole = Math.trunc(index) || 0
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length)
}

/** What changes a list, each as one change: checked as one, and with items that stay the same objects. */
const MUTATORS: { [name: string]: (this: unknown, ...given: never[]) => unknown } = {
  push(...items: unknown[]) {
    const { node, own } = listOf(this)
    replaceItems(node, own.length, 0, items)
    return own.length
  },
  unshift(...items: unknown[]) {
    const { node, own } = listOf(this)
    replaceItems(node, 0, 0, items)
    return own.length
  },
  pop() {
    const { node, own } = listOf(this)
    return takeItems(node, own.length - 1, Math.min(1, own.length))[0]
  },
  shift() {
    const { node, own } = listOf(this)
    return takeItems(node, 0, Math.min(1, own.length))[0]
  },
  splice(...given: unknown[]) {
    const { node, own } = listOf(this)
    const [start, count, ...items] = given
    const index = clamp(Number(start ?? 0), own.length)
    const remove = given.length === 0 ? 0 : given.length === 1 ? Infinity : Number(count) || 0
    return takeItems(node, index, Math.max(0, Math.min(remove, own.length - index)), items)
  },
  fill(value: unknown, start: number = 0, end: number = Infinity) {
    const { node, own } = listOf(this)
    const from = clamp(start, own.length)
    const count = Math.max(0, clamp(end, own.length) - from)
    replaceItems(
      node,
      from,
      count,
      Array.from({ length: count }, () => value),
    )
    return node.proxy
  },
  copyWithin(target: number, start: number, end?: number) {
    const { node, own } = listOf(this)
    replaceItems(node, 0, own.length, [...(valueOf(node) as List)].copyWithin(target, start, end))
    return node.proxy
  },
  reverse() {
    const { node, own } = listOf(this)
    return reorder(node, [...own].reverse())
  },
  sort(compare: (a: unknown, b: unknown) => number = byText) {
    const { node, own } = listOf(this)
    const items = own.map((_, i) => ({ shown: readChild(node, i), own: own[i] as Value }))
    return reorder(
      node,
      items.sort((a, b) => compare(a.shown, b.shown)).map((item) => item.own),
    )
  },
}

function takeItems(node: Node, index: number, count: number, items: readonly unknown[] = []): unknown[] {
  const taken = Array.from({ length: count }, (_, i) => readChild(node, index + i))
  replaceItems(node, index, count, items)
  return taken
}

function reorder(node: Node, items: readonly Value[]): object {
  const own = node.own as List
  if (items.some((item, i) => item !== own[i])) change(node, () => setItems(own, items))
  return node.proxy
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

const LIST: ProxyHandler<List> = {
  get(own, key, proxy) {
    const node = nodesByOwn.get(own) as Node
    const index = toIndex(key)
    if (index !== null) return readChild(node, index)
    if (key === PLAIN) return valueOf(node)
    if (typeof key === 'string' && Object.hasOwn(MUTATORS, key)) return MUTATORS[key]
    return Reflect.get(own, key, proxy) as unknown
  },
  set(own, key, value: unknown) {
    const node = nodesByOwn.get(own) as Node
    const index = toIndex(key)
    if (index !== null) {
      if (index > own.length) refuse(node, `has ${own.length} items; index ${index} would leave a hole.`)
      replaceItems(node, index, Math.min(1, own.length - index), [value])
    } else if (key === 'length') {
      if (typeof value !== 'number' || value > own.length) refuse(node, 'a list cannot be made longer by its length.')
      replaceItems(node, value, own.length - value, [])
    } else refuse(node, `a list has no field "${String(key)}".`)
    return true
  },
  deleteProperty(own, key) {
    return refuse(nodesByOwn.get(own) as Node, `an item is removed by splice, not by delete (${String(key)}).`)
  },
  defineProperty(own, key, descriptor) {
    return defineAsAssignment(LIST, own, key, descriptor)
  },
  getOwnPropertyDescriptor(own, key) {
    const descriptor = Reflect.getOwnPropertyDescriptor(own, key)
    const index = toIndex(key)
    // A copy by spread or Object.entries must not get at what lies behind the proxies.
    if (descriptor && index !== null) descriptor.value = readChild(nodesByOwn.get(own) as Node, index)
    return descriptor
  },
}

const fieldsHandler = (node: Node): ProxyHandler<Fields> => ({
  get(own, key, proxy) {
    if (key === PLAIN) return valueOf(node)
    if (typeof key === 'string' && Object.hasOwn(own, key)) return readChild(node, key)
    return Reflect.get(own, key, proxy) as unknown
  },
  set(_own, key, value: unknown) {
    if (typeof key === 'symbol') refuse(node, 'a symbol cannot be a key.')
    assign(node, key, value)
    return true
  },
  deleteProperty(_own, key) {
    if (typeof key === 'string') unassign(node, key)
    return true
  },
  defineProperty(own, key, descriptor) {
    return defineAsAssignment(fieldsHandler(node), own, key, descriptor)
  },
  getOwnPropertyDescriptor(own, key) {
    const descriptor = Reflect.getOwnPropertyDescriptor(own, key)
    if (descriptor && typeof key === 'string') descriptor.value = readChild(node, key)
    return descriptor
  },
})

function defineAsAssignment<T extends object>(
  handler: ProxyHandler<T>,
  own: T,
  key: string | symbol,
  descriptor: PropertyDescriptor,
): boolean {
  if (!('value' in descriptor)) throw new OrielError('bad_value', 'Session state holds values, no getters or setters.')
  return handler.set!(own, key, descriptor.value, own)
}
