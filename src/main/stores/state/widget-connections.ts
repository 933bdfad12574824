import { EventQueue } from './event-queue.ts'
import type { JsonObject } from './types.ts'

/** What goes to a widget's page. */
export interface WidgetEvent {
  type: string
  data: JsonObject
}

/** A socket or whatever else reaches a page. It is compared by identity, and closed at `cleanup`. */
export interface WidgetConnection {
  close?(): unknown
}

/** A widget's connection, with the events that wait for whoever sends them on. */
export interface OpenConnection {
  connection: WidgetConnection
  queue: EventQueue<WidgetEvent>
  /** Whose it is, for the router. */
  whose: { userId?: string | null; sessionId?: string | null }
  /** Ends what it has open elsewhere. */
  leave: () => void
}

/** The connections of this process by widget. */
export class WidgetConnections {
  readonly #open = new Map<string, OpenConnection>()

  get widgetIds(): string[] {
    return [...this.#open.keys()]
  }

  get(widgetId: string): OpenConnection | undefined {
    return this.#open.get(widgetId)
  }

  /** In the place of an older one, whose waiting events go over to it. */
  add(widgetId: string, opened: OpenConnection): void {
    const before = this.#open.get(widgetId)
    this.#open.set(widgetId, opened)
    if (!before) return
    for (let event = before.queue.shift(); event; event = before.queue.shift()) opened.queue.push(event)
    end(before)
  }

  /** Takes it out, if it is this connection, or whichever it is; gives it. */
  remove(widgetId: string, connection?: WidgetConnection): OpenConnection | undefined {
    const opened = this.#open.get(widgetId)
    if (!opened || (connection !== undefined && opened.connection !== connection)) return undefined
    this.#open.delete(widgetId)
    end(opened)
    return opened
  }
}

function end({ queue, leave }: OpenConnection): void {
  queue.end()
  leave()
}
