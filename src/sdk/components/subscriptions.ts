/** Which connections follow which components, both ways; nothing stays of what nobody follows. */
export class Subscriptions {
  readonly #connections = new Map<string, Set<string>>()
  readonly #components = new Map<string, Set<string>>()

  add(connectionId: string, componentId: string): void {
    addTo(this.#connections, componentId, connectionId)
    addTo(this.#components, connectionId, componentId)
  }

  remove(connectionId: string, componentId: string): void {
    removeFrom(this.#connections, componentId, connectionId)
    removeFrom(this.#components, connectionId, componentId)
  }

  /** Everything that a connection follows. */
  removeAll(connectionId: string): void {
    for (const componentId of this.#components.get(connectionId) ?? [])
      removeFrom(this.#connections, componentId, connectionId)
    this.#components.delete(connectionId)
  }

  /** Connections that follow a component. */
  of(componentId: string): string[] {
    return [...(this.#connections.get(componentId) ?? [])]
  }

  /** How many components a connection follows. */
  count(connectionId: string): number {
    return this.#components.get(connectionId)?.size ?? 0
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key)
  if (values) values.add(value)
  else map.set(key, new Set([value]))
}

function removeFrom(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key)
  if (values?.delete(value) && values.size === 0) map.delete(key)
}
