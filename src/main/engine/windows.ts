import { PAINTED_EVENT } from '../../shared/calls.ts'
import type { Op } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import { widgetRecordId } from '../../shared/records.ts'
import type { WidgetProps } from '../../shared/records.ts'
import { DEFAULT_WINDOW } from '../../shared/window.ts'
import type { Bounds } from '../../shared/window.ts'
import { NOTHING_PREPARED } from '../hosts/types.ts'
import type { HostWindow, Preparation, WindowHost } from '../hosts/types.ts'
import type { Log } from '../log.ts'
import type { WidgetPlacement } from '../stores/types.ts'
import type { Peer } from './peer.ts'
import type { Room } from './room.ts'
import type { WindowKeys } from './window-keys.ts'

/** How long a freshly opened page may take to connect before a screenshot gives up, in ms. */
const PAINT_TIMEOUT_MS = 20_000

export interface WindowsOptions {
  room: Room
  host: WindowHost
  keys: WindowKeys
  /** Scheme and authority of page addresses; starts the loopback server where one is needed. */
  origin: () => Promise<string>
  /** How long the ticket in a window's address is good, in ms. */
  ticketTtlMs: number
  log: Log
  /** Where this widget's window was the last time; null to let the host choose. */
  placement: (widgetId: string) => Bounds | null
  /** Where the first window was the last time; null if it was never open. */
  firstPlace: () => Bounds | null
  onPlacement: (placement: WidgetPlacement) => void
  onClosed: (widgetId: string) => void
  /** The person closes the widget's window, where the host lets that be held up; it stays if this resolves to false. */
  mayClose: (widgetId: string) => Promise<boolean>
}

interface OpenWindow {
  widgetId: string
  window: HostWindow
  /** Null: those who look have places of their own. */
  seat: { peer: Peer; key: string } | null
  title: string
}

/** The native windows of one session's widgets. */
export class Windows {
  readonly #options: WindowsOptions
  readonly #open = new Map<string, OpenWindow>()
  readonly #opening = new Map<string, Promise<void>>()

  constructor(options: WindowsOptions) {
    this.#options = options
  }

  /** Widgets whose windows are open or about to be. */
  get widgetIds(): string[] {
    return [...new Set([...this.#open.keys(), ...this.#opening.keys()])]
  }

  /** The widget whose window was opened last; null if none is open. */
  get newest(): string | null {
    return [...this.#open.keys()].at(-1) ?? null
  }

  /** Null if it is not open. */
  find(widgetId: string): HostWindow | null {
    return this.#open.get(widgetId)?.window ?? null
  }

  /** The script is about to start: the host may get ready where its first window was, or is likely to be. Release it once the script has shown what it shows. */
  prepare(): Preparation {
    if (this.widgetIds.length > 0) return NOTHING_PREPARED
    return this.#options.host.prepare(this.#options.firstPlace() ?? { ...DEFAULT_WINDOW, x: null, y: null })
  }

  /** Opens the widget's window, or brings it to the front if it is open. Throws unknown_widget, host_unavailable. */
  async open(widgetId: string): Promise<void> {
    const opening = this.#opening.get(widgetId)
    if (opening) return opening
    const open = this.#open.get(widgetId)
    if (open) return
    const promise = this.#create(widgetId)
    this.#opening.set(widgetId, promise)
    try {
      await promise
    } finally {
      this.#opening.delete(widgetId)
    }
  }

  get(widgetId: string): HostWindow {
    const open = this.#open.get(widgetId)
    if (!open) throw new OrielError('window_closed', `The window of the widget "${widgetId}" is closed.`)
    return open.window
  }

  async close(widgetId: string): Promise<void> {
    await this.#open.get(widgetId)?.window.close()
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ window }) => window.close()))
  }

  /** Resolves when every window that was about to open has come, or will not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#opening.values())
  }

  /** Brings this one to the front, where the host can, once it is there. */
  async focus(widgetId: string): Promise<void> {
    await this.#opening.get(widgetId)
    if (this.#options.host.capabilities.canFocus) await this.get(widgetId).focus()
  }

  /** Brings one of the windows to the front, where the host can. */
  async focusAny(): Promise<void> {
    const open = this.#open.values().next().value
    if (open && this.#options.host.capabilities.canFocus) await open.window.focus()
  }

  /** Follows the records of widgets: their titles. */
  followRecords(ops: readonly Op[]): void {
    const { room, log } = this.#options
    for (const op of ops) {
      const id = op.op === 'put' ? op.record.id : op.op === 'set' && op.path[0] === 'title' ? op.id : null
      const record = id === null ? undefined : room.journal.state.get(id)
      if (record?.type !== 'widget') continue
      const props = record.props as unknown as WidgetProps
      this.#follow(props.widgetId, props).catch((error: unknown) =>
        log.warn('a title could not be set', { error: String(error) }),
      )
    }
  }

  async #follow(widgetId: string, props: WidgetProps): Promise<void> {
    const open = this.#open.get(widgetId)
    if (!open || open.title === props.title) return
    open.title = props.title
    await open.window.setTitle(props.title)
    this.#place(open, null)
  }

  /** Resolves when all that was sent to the widget's window so far is on its screen. Throws timeout, window_closed. */
  async painted(widgetId: string): Promise<void> {
    const open = this.#open.get(widgetId)
    if (!open) throw new OrielError('window_closed', `The window of the widget "${widgetId}" is closed.`)
    const { room } = this.#options
    const peer = open.seat?.peer ?? room.peers('window').find((each) => each.widgetId === widgetId && each.attached)
    if (!peer) throw new OrielError('not_supported', 'Nobody looks at this now.')
    await room.exchange.ask(peer, widgetId, PAINTED_EVENT, null, PAINT_TIMEOUT_MS)
  }

  /** PNG of the widget's window with all that was sent to it so far. Throws timeout, window_closed. */
  async capture(widgetId: string): Promise<Uint8Array> {
    const window = this.get(widgetId)
    // A page that is loaded only for the picture has all of it from its start.
    if (this.#options.host.capabilities.paints) await this.painted(widgetId)
    return window.capture()
  }

  async #create(widgetId: string): Promise<void> {
    const { room, host, placement } = this.#options
    const props = room.journal.state.get(widgetRecordId(widgetId))?.props as unknown as WidgetProps | undefined
    if (!props) throw new OrielError('unknown_widget', `There is no widget "${widgetId}".`)
    const origin = await this.#options.origin()
    const { seat, path } = this.#takeSeat(widgetId)
    const last = placement(widgetId)
    let window: HostWindow
    try {
      window = await host.open({
        url: origin + path,
        title: props.title,
        width: last?.width ?? props.width,
        height: last?.height ?? props.height,
        x: last?.x ?? props.x,
        y: last?.y ?? props.y,
        resizable: props.resizable,
        theme: props.theme,
      })
    } catch (error) {
      this.#leaveSeat(widgetId, seat, new OrielError('window_closed', 'The window could not be opened.'))
      throw error
    }
    const open: OpenWindow = { widgetId, window, seat, title: props.title }
    this.#open.set(widgetId, open)
    this.#place(open, last)
    window.onBoundsChange((bounds) => this.#place(open, bounds))
    window.onCloseAsked?.(() => this.#options.mayClose(widgetId))
    void window.closed.then(() => {
      this.#open.delete(widgetId)
      this.#leaveSeat(widgetId, seat, new OrielError('window_closed', 'The window was closed.'))
      this.#options.onClosed(widgetId)
    })
  }

  #takeSeat(widgetId: string): { seat: OpenWindow['seat']; path: string } {
    const { room, host, keys, ticketTtlMs } = this.#options
    if (host.capabilities.tabs) return { seat: null, path: `/w/${encodeURIComponent(widgetId)}` }
    const peer = room.addPeer('window', widgetId)
    const { key, path } = keys.add(room, peer, ticketTtlMs)
    return { seat: { peer, key }, path }
  }

  /** Whoever looks at the widget is sent away. */
  #leaveSeat(widgetId: string, seat: OpenWindow['seat'], reason: OrielError): void {
    const { room, keys } = this.#options
    if (seat) keys.remove(seat.key)
    const lookers = seat ? [seat.peer] : room.peers('window').filter((peer) => peer.widgetId === widgetId)
    for (const peer of lookers) room.removePeer(peer, reason)
  }

  #place({ widgetId, title }: OpenWindow, bounds: Bounds | null): void {
    this.#options.onPlacement({ widgetId, title, bounds, open: true })
  }
}
