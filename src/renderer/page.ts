import './theme/page.css'
import { RoomClient } from '../client/room-client.ts'
import type { FrameHandler } from '../shared/stream.ts'
import type { ClientEvent, RequestOptions } from '../client/types.ts'
import { ELEMENT_ASK_EVENT, PAINTED_EVENT } from '../shared/calls.ts'
import { OrielError } from '../shared/errors.ts'
import { OWN_MAX_MESSAGE_BYTES } from '../shared/protocol.ts'
import { COMPONENT_EVENT } from '../shared/component-event.ts'
import type { ComponentEventData } from '../shared/component-event.ts'
import { UPLOAD_EVENT } from '../shared/upload.ts'
import type { Value } from '../shared/value.ts'
import { DESK_EVENT } from '../shared/desk/asks.ts'
import type { PageAsk } from '../shared/desk/asks.ts'
import { followLeaving } from './desk/leaving.ts'
import { followShortcuts } from './desk/shortcuts.ts'
import { doAsked } from './desk/asked.ts'
import { readBoot } from './boot.ts'
import type { Boot } from './boot.ts'
import { openCarrier } from './carrier.ts'
import { ElementAsks } from './element-asks.ts'
import { Content, applyTheme } from './html/content.ts'
import { showFrame } from './html/frame.ts'
import { followPictures } from './html/pictures.ts'
import { followLinks } from './html/links.ts'
import { Predictions } from './html/predictions.ts'
import { Triggers } from './html/triggers.ts'
import { Uploads } from './html/uploads.ts'
import { NO_TIMEOUT_MS } from '../shared/patience.ts'
import { pageArguments } from './page-arguments.ts'
import { painted } from './painted.ts'
import { reloadFor } from './reload.ts'
import { LeftText } from './recovery/left-text.ts'
import { TypedText } from './recovery/typed-text.ts'
import { sayError } from './say.ts'
import { ShellModel } from './shell/model.ts'
import { showShell } from './shell/show.ts'
import type { ViewProps } from './views/index.ts'

/*
 * The page of every window. Its HTML is drawn before this runs; from here it lives: events go to the script, changes of
 * the document come back. React comes later and only where something of ours is to be drawn.
 */

async function start(boot: Boot): Promise<void> {
  applyTheme(boot.theme)
  const { widgetId } = boot
  const model = new ShellModel(boot.tab ? { widgetId, user: boot.tab.user } : null, widgetId)
  // A preload's link cannot fall silent, and a page that stands still, in an alert say, must not lose it.
  const heartbeat = boot.socket !== null
  const session = new RoomClient({
    ticket: boot.ticket,
    open: openCarrier(boot),
    heartbeat,
    maxMessageBytes: OWN_MAX_MESSAGE_BYTES,
    arguments: pageArguments(location.search),
  })
  const sender = {
    emit: (type: string, data?: Value) => session.emit(widgetId, type, data),
    request: (type: string, data?: Value, options?: RequestOptions) => session.request(widgetId, type, data, options),
    watch: (stream: string, handler: FrameHandler) => session.frames.watch(stream, handler),
  }
  const onError = (error: unknown) => {
    const text = sayError(error)
    if (text !== null) model.toast('error', text)
  }

  const connected = session.connect()
  // Told below, once everyone who has to know of it is here.
  connected.catch(() => {})
  if (!window.orielEarly) await import('./early.ts')
  if (boot.frame !== null) showFrame(boot.frame, document.title)
  const early = window.orielEarly
  delete window.orielEarly
  const typed = new TypedText({
    root: document,
    left: new LeftText(boot.sessionId, widgetId),
    keep: (fields) => session.call('typed.keep', { fields: fields as unknown as Value }),
    onBack: (clear) =>
      void model
        .say({ text: 'What you had typed here is back.', level: 'info', action: 'Clear', durationMs: null })
        .then((pressed) => pressed && clear()),
  })
  const predictions = new Predictions()
  const request = async (type: string, data: Value) => {
    await connected
    return sender.request(type, data, { timeoutMs: NO_TIMEOUT_MS })
  }
  const triggers = new Triggers({
    onSent: (...sent) => typed.onSent(...sent),
    send: (event, payload, component) =>
      component === null
        ? request(event, payload)
        : request(COMPONENT_EVENT, { component_id: component, event, payload } satisfies ComponentEventData),
    confirm: (question) => model.ask(question),
    predictions,
    uploads: new Uploads({
      send: (piece) => request(UPLOAD_EVENT, piece),
      onProgress: (id, progress) => model.upload(id, progress),
    }),
    onError,
  })
  triggers.listen(document)
  followPictures(document.body, sender.watch)
  followLinks(document, {
    openExternal: boot.tab ? openBeside : (url) => session.call('external.open', { url }),
    onError,
  })
  addEventListener('unhandledrejection', ({ reason }) => {
    if (reason instanceof OrielError) onError(reason)
  })
  const drawn = Promise.withResolvers<void>()
  const asks = new ElementAsks()
  session.onEvent((event: ClientEvent) => {
    if (event.type === PAINTED_EVENT) return painted(drawn.promise)
    if (event.type === ELEMENT_ASK_EVENT) return drawn.promise.then(() => asks.deliver(event.data))
    if (event.type === DESK_EVENT) return doAsked(event.data as PageAsk, model)
    if (early?.hears(event.type)) return early.dispatch(event)
    throw new OrielError('no_handler', `The page has no handler for "${event.type}".`)
  })
  const reload = reloadFor(widgetId)
  let before = session.state
  session.onStateChange((connection) => {
    model.set({ connection })
    // Whoever served this has been started again, or has given the session up: a visitor's own page begins it anew.
    const isGone = boot.tab && before === 'reconnecting' && GONE.has(session.error?.code ?? '')
    before = connection
    if (connection === 'closed' && isGone) reload()
    // Away for too long, or too slow: of what the script sent meanwhile only a fresh page knows the outcome.
    if (connection === 'closed' && session.error?.code === 'stale') reload()
  })
  showShell(model, session, boot)

  try {
    await connected
  } catch (error) {
    early?.fail(error)
    model.set({ ended: error instanceof Error ? error.message : 'The session could not be reached.' })
    return
  }
  model.follow(session.document)
  followShortcuts(model, (id) => session.call('command.run', { id }), onError)
  followLeaving(session.document, widgetId, () => session.call('leaving.ask', null, { timeoutMs: NO_TIMEOUT_MS }))
  const content = new Content(boot, reload, predictions)
  content.follow(session.document)
  early?.attach(sender)
  if (boot.view) {
    const { mountView } = await import('./views/mount.tsx')
    const inOrder: ViewProps['inOrder'] = (send) => triggers.sendAfter(send)
    await mountView(boot.view, { link: session, widgetId, inOrder, asks, onError, predictions })
  }
  typed.restore(session.document, widgetId)
  drawn.resolve()
}

/** What a session says that cannot be gone on with. */
const GONE: ReadonlySet<string> = new Set(['session_gone', 'ticket_refused'])

/** A visitor's own browser has other tabs. */
async function openBeside(url: string): Promise<void> {
  window.open(url, '_blank', 'noopener,noreferrer')
}

const boot = readBoot(document)
if (boot) void start(boot)
else console.error('oriel: this page was not made by Oriel; it stays as it is.')
