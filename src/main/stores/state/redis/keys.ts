/** What a worker can have of a widget. */
export type Owned = 'connection' | 'callback'

/**
 * Names of keys: PREFIX:KIND:ID. Kinds and escaped ids hold no colon, so that whatever the prefix is, no two names are
 * the same; and no id can be taken for a pattern.
 */
export class Keys {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  widget(widgetId: string): string {
    return `${this.#prefix}:widget:${escapeId(widgetId)}`
  }

  /** Which worker has a widget: its connection, or its callbacks. */
  owned(kind: Owned, widgetId: string): string {
    return `${this.#prefix}:${kind}:${escapeId(widgetId)}`
  }

  /** Index of a worker's widgets. */
  owner(kind: Owned, workerId: string): string {
    return `${this.startOfOwners(kind)}${escapeId(workerId)}`
  }

  startOfOwners(kind: Owned): string {
    return kind === 'connection' ? `${this.#prefix}:worker:` : `${this.#prefix}:${kind}-worker:`
  }

  session(sessionId: string): string {
    return `${this.#prefix}:session:${escapeId(sessionId)}`
  }

  /** Index of a user's sessions. */
  user(userId: string): string {
    return `${this.#prefix}:user:${escapeId(userId)}`
  }

  /** Log of the last events of a channel, and the name of its subscriptions. */
  events(channel: string): string {
    return `${this.#prefix}:events:${escapeId(channel)}`
  }

  /** What a process that serves is sent by the others. */
  wire(workerId: string): string {
    return `${this.#prefix}:wire:${escapeId(workerId)}`
  }

  /** What processes that serve the same visitors must have the same. */
  agreed(what: string): string {
    return `${this.#prefix}:agreed:${escapeId(what)}`
  }

  /** State of a component. */
  component(id: string): string {
    return `${this.#prefix}:component:${escapeId(id)}`
  }

  /** A saved session of the app; what else is kept of it has keys that go on from this one with :PART:NUMBER. */
  saved(sessionId: string): string {
    return `${this.#prefix}:saved:${escapeId(sessionId)}`
  }

  /** Index of the saved sessions. */
  get savedSessions(): string {
    return `${this.#prefix}:index:saved`
  }

  /** Tells a server that was emptied from the one that it was. */
  get savedMark(): string {
    return `${this.#prefix}:index:mark`
  }

  /** Index of all widgets. */
  get widgets(): string {
    return `${this.#prefix}:index:widgets`
  }

  /** Index of the sessions that end some time. */
  get endings(): string {
    return `${this.#prefix}:index:sessions`
  }

  get roles(): string {
    return `${this.#prefix}:index:roles`
  }

  /** What comes before the id, for scripts that find ids themselves. */
  start(kind: 'widget' | Owned | 'session' | 'user' | 'saved'): string {
    return `${this.#prefix}:${kind}:`
  }
}

const SPECIAL = /[\u0000-\u0020%*:?[\\\]\u007f]/g
const ESCAPED = /%([0-9A-F]{2})/g

/** `id` without colons, blanks, control characters and what has a meaning in patterns; different for different ids. */
export function escapeId(id: string): string {
  return id.replace(SPECIAL, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

/** The id that `escapeId` was given. */
export function unescapeId(text: string): string {
  return text.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
