import { Component } from './component.ts'
import type { ComponentClass } from './component.ts'
import { ComponentError, quoted } from './errors.ts'

const MAX_NAME_LENGTH = 200

/** Component classes by the names that clients use. */
export class ComponentRegistry {
  readonly #classes = new Map<string, ComponentClass>()

  /**
   * Gives `componentClass` a name, and gives it back; without a class, a decorator that does. Again with the same class
   * it is nothing new. Throws ComponentError bad_value if another one holds the name, which stays so.
   */
  register<C extends ComponentClass>(name: string, componentClass: C): C
  register(name: string): <C extends ComponentClass>(componentClass: C, context?: ClassDecoratorContext) => C
  register<C extends ComponentClass>(name: string, ...classes: [] | [C]): C | ((componentClass: C) => C) {
    if (classes.length === 0) return (componentClass) => this.#add(name, componentClass)
    return this.#add(name, classes[0])
  }

  /** null if there is none. */
  get(name: string): ComponentClass | null {
    return this.#classes.get(name) ?? null
  }

  /** Throws ComponentError unknown_component. */
  require(name: string): ComponentClass {
    const found = this.get(name)
    if (!found) throw new ComponentError(`There is no component ${quoted(name)}.`, { code: 'unknown_component' })
    return found
  }

  /** All names, in the order in which they were registered. */
  list(): string[] {
    return [...this.#classes.keys()]
  }

  /** As `register`, in place of whoever holds the name: for code that was loaded again. */
  replace<C extends ComponentClass>(name: string, componentClass: C): C {
    check(name, componentClass)
    this.#classes.set(name, componentClass)
    return componentClass
  }

  #add<C extends ComponentClass>(name: string, componentClass: C): C {
    check(name, componentClass)
    const holder = this.#classes.get(name)
    if (holder && holder !== componentClass)
      throw new ComponentError(
        `The name ${quoted(name)} is held by ${holder.name}. Take another one, or replace(name, Class).`,
        { code: 'bad_value' },
      )
    this.#classes.set(name, componentClass)
    return componentClass
  }
}

function check(name: unknown, componentClass: unknown): void {
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH)
    throw new ComponentError(`The name of a component is text of 1 to ${MAX_NAME_LENGTH} characters.`, {
      code: 'bad_value',
    })
  if (typeof componentClass !== 'function' || !(componentClass.prototype instanceof Component))
    throw new ComponentError(`What is registered as ${quoted(name)} must be a class that extends Component.`, {
      code: 'bad_value',
    })
}

/** The registry of this process, or of a script. */
export const registry: ComponentRegistry = new ComponentRegistry()
