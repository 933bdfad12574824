import type { Bounds } from '../../shared/window.ts'
import type { Log } from '../log.ts'
import type { SessionCatalog, WidgetPlacement } from '../stores/types.ts'

export interface PlacementsOptions {
  sessionId: string
  catalog: SessionCatalog
  log: Log
  /** What the catalog has of the session. */
  known: readonly WidgetPlacement[]
  /** The session's title in lists until its first window has one. */
  title: string
}

/** Where one session's windows are or were, kept in the catalog; the first one's title is the session's. */
export class Placements {
  readonly #options: PlacementsOptions
  readonly #byWidget = new Map<string, WidgetPlacement>()
  #title: string

  constructor(options: PlacementsOptions) {
    this.#options = options
    this.#title = options.title
    for (const placement of options.known) this.#byWidget.set(placement.widgetId, placement)
  }

  /** The session's title in lists. */
  get title(): string {
    return this.#title
  }

  /** Where the widget's window was the last time; null if it was never open. */
  boundsOf(widgetId: string): Bounds | null {
    return this.#byWidget.get(widgetId)?.bounds ?? null
  }

  /** Where the first window was the last time; null if none was ever open. */
  first(): Bounds | null {
    return [...this.#byWidget.values()].find(({ bounds }) => bounds !== null)?.bounds ?? null
  }

  /** Keeps the old bounds where the new ones are not known yet. */
  save(placement: WidgetPlacement): void {
    const { catalog, sessionId, log } = this.#options
    const merged = { ...placement, bounds: placement.bounds ?? this.boundsOf(placement.widgetId) }
    this.#byWidget.set(placement.widgetId, merged)
    const failed = (error: unknown) => log.error('a window placement could not be stored', { error: String(error) })
    catalog.savePlacement(sessionId, merged).catch(failed)
    const [first] = this.#byWidget.keys()
    if (first !== merged.widgetId || this.#title === merged.title) return
    this.#title = merged.title
    catalog.update(sessionId, { title: merged.title }).catch(failed)
  }

  /** The widget's window was closed; where it was is kept. */
  close(widgetId: string): void {
    const placement = this.#byWidget.get(widgetId)
    if (placement) this.save({ ...placement, open: false })
  }
}
