import type { Value } from '../value.ts'
import { isList, isValueObject, type ValueList, type ValueObject } from './kinds.ts'
import { formatPath } from './op-error.ts'
import type { Path } from './types.ts'

export type Container = ValueList | ValueObject

/** A path that leads nowhere in the props it was tried on; `applyOp` turns it into an OrielError `bad_path`. */
export class PathProblem {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/**
 * The lists and objects that `path` runs through, from `props` to the one that holds its last key. The last key itself
 * need not exist in an object; a list's must. Throws PathProblem.
 */
export function containersAlong(props: ValueObject, path: Path): Container[] {
  if (path.length === 0) throw new PathProblem('the path is empty; put replaces a whole record')
  const containers: Container[] = []
  let value: Value | undefined = props
  for (let i = 0; i < path.length; i++) {
    const key = path[i]
    if (isList(value)) checkIndex(value, key, path, i)
    else if (isValueObject(value)) checkKey(key, path, i)
    else throw new PathProblem(`there is no list or object at ${shown(path, i)}`)
    containers.push(value)
    if (i < path.length - 1) value = read(value, key as string | number)
  }
  return containers
}

/** What a container holds under `key`; undefined if nothing. Inherited properties do not count. */
export function read(container: Container, key: string | number): Value | undefined {
  if (isList(container)) return container[key as number]
  return Object.hasOwn(container, key) ? container[key] : undefined
}

/** `props` with `value` at `path`: new containers along the path, everything else shared. */
export function rebuild(containers: readonly Container[], path: Path, value: Value): ValueObject {
  let result: Value = value
  for (let i = containers.length - 1; i >= 0; i--) {
    const container = containers[i] as Container
    const key = path[i] as string | number
    result = isList(container) ? container.with(key as number, result) : { ...container, [key]: result }
  }
  return result as ValueObject
}

/** `object` without `key`. */
export function without(object: ValueObject, key: string): ValueObject {
  const { [key]: _, ...rest } = object
  return rest
}

function checkIndex(list: ValueList, key: string | number | undefined, path: Path, i: number): void {
  if (typeof key !== 'number') throw new PathProblem(`${shown(path, i)} is a list; '${key}' is not an index`)
  if (!Number.isInteger(key) || key < 0 || key >= list.length)
    throw new PathProblem(`the list at ${shown(path, i)} has ${list.length} items, no index ${key}; splice inserts`)
}

function checkKey(key: string | number | undefined, path: Path, i: number): void {
  if (typeof key !== 'string') throw new PathProblem(`${shown(path, i)} is an object; ${key} is not a text key`)
}

function shown(path: Path, length: number): string {
  return length === 0 ? 'props' : formatPath(path.slice(0, length))
}
