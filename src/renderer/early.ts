import type { Boot } from './boot.ts'
import type { EarlyHook, OrielPage, PageEvent, PageHandler, PageSender } from './types.ts'

/*
 * Defines `window.oriel` before any other script of the page. Built as a classic script of its own (`/assets/early.js`,
 * first in <head>), so it imports types alone and stays a few hundred bytes; `page.js` connects it.
 */
;(() => {
  if (window.oriel) return
  const handlers = new Map<string, Set<PageHandler>>()
  const link = Promise.withResolvers<PageSender>()
  const ready = Promise.withResolvers<void>()
  // Who awaits them hears of a failure; nobody else has to.
  link.promise.catch(() => {})
  ready.promise.catch(() => {})

  // Once attached, calls go straight out: a detour through a promise would cost each event a tick.
  let attached: PageSender | null = null
  const send = <T>(act: (sender: PageSender) => Promise<T>): Promise<T> =>
    attached ? act(attached) : link.promise.then(act)

  const checkType = (type: unknown): void => {
    if (typeof type !== 'string' || type === '') throw new TypeError('oriel: the event type must be a non-empty text.')
  }
  let ids: { id: string; clientId: string } | null = null
  const session = () => {
    const text = document.getElementById('oriel-boot')?.textContent
    if (!ids && text) {
      const boot = JSON.parse(text) as Boot
      ids = Object.freeze({ id: boot.sessionId, clientId: boot.clientId })
    }
    return ids ?? { id: '', clientId: '' }
  }

  const oriel: OrielPage = {
    async emit(type, data = null) {
      checkType(type)
      return send((sender) => sender.emit(type, data))
    },
    async request(type, data = null, options = {}) {
      checkType(type)
      return send((sender) => sender.request(type, data, options))
    },
    on(type, handler) {
      checkType(type)
      if (typeof handler !== 'function') throw new TypeError(`oriel: the handler of "${type}" must be a function.`)
      const set = handlers.get(type) ?? new Set()
      handlers.set(type, set.add(handler))
      return () => void set.delete(handler)
    },
    off(type, handler) {
      if (handler) handlers.get(type)?.delete(handler)
      else handlers.get(type)?.clear()
    },
    onFrame(stream, handler) {
      checkType(stream)
      if (typeof handler !== 'function') throw new TypeError(`oriel: the handler of "${stream}" must be a function.`)
      let stop: (() => void) | null = () => {}
      void send(async (sender) => {
        if (stop) stop = sender.watch(stream, handler)
      }).catch(() => {})
      return () => {
        stop?.()
        stop = null
      }
    },
    get session() {
      return session()
    },
    ready: ready.promise,
  }

  const hook: EarlyHook = {
    attach(sender) {
      link.resolve(sender)
      // After those who already wait on the link, so that order is kept.
      void link.promise.then(() => {
        attached = sender
        ready.resolve()
      })
    },
    fail(error) {
      link.reject(error)
      ready.reject(error)
    },
    hears: (type) => Boolean(handlers.get(type)?.size || handlers.get('*')?.size),
    async dispatch({ type, widgetId, data, signal }) {
      const event: PageEvent = Object.freeze({ type, widgetId, signal })
      const answers = [...(handlers.get(type) ?? []), ...(handlers.get('*') ?? [])].map(async (handler) =>
        handler(data, event),
      )
      const settled = await Promise.allSettled(answers)
      for (const one of settled) if (one.status === 'fulfilled' && one.value !== undefined) return one.value
      for (const one of settled) if (one.status === 'rejected') throw one.reason
      return null
    },
  }

  Object.defineProperty(window, 'oriel', { value: Object.freeze(oriel), enumerable: true, configurable: true })
  Object.defineProperty(window, 'orielEarly', { value: hook, configurable: true })
})()
