import { createContext, type Script } from 'node:vm'

/** As much of jsdom as is used, which has no types of its own. */
interface Jsdom {
  JSDOM: new (
    html: string,
    options: {
      url: string
      runScripts: 'dangerously'
      pretendToBeVisual: boolean
      virtualConsole: object
      beforeParse: (window: PageWindow) => void
    },
  ) => { window: PageWindow }
  VirtualConsole: new () => { on(event: string, listener: (...args: unknown[]) => void): void }
}

/** A page's global object. */
export type PageWindow = { close(): void } & Record<string, unknown>

/** What is asked of `loadDom` once for all pages. */
export interface Dom {
  /** A page with this HTML in which `code` has run before anything else did. `onError`: what its own scripts threw. */
  open(options: {
    html: string
    url: string
    code: Script
    given: object
    onError: (error: unknown) => void
  }): PageWindow
}

/** jsdom takes most of a second to load; only tests do. */
export async function loadDom(): Promise<Dom> {
  const name = 'jsdom'
  const { JSDOM, VirtualConsole } = (await import(name)) as Jsdom
  return {
    open({ html, url, code, given, onError }) {
      const virtualConsole = new VirtualConsole()
      virtualConsole.on('jsdomError', onError)
      virtualConsole.on('error', (...args) => onError(args[0]))
      const { window } = new JSDOM(html, {
        url,
        runScripts: 'dangerously',
        pretendToBeVisual: true,
        virtualConsole,
        beforeParse(page) {
          addWhatIsMissing(page)
          Object.assign(page, given)
          code.runInContext(createContext(page))
        },
      })
      return window
    },
  }
}

/** What browsers have and jsdom has not, as far as pages of ours ask for it. */
function addWhatIsMissing(page: PageWindow): void {
  Object.assign(page, { TextEncoder, TextDecoder, structuredClone })
  const add = page.eval as (code: string) => void
  add.call(page, MISSING)
}

const MISSING = `{
  const none = () => {}
  class Observer { observe() {} unobserve() {} disconnect() {} takeRecords() { return [] } }
  window.ResizeObserver ??= Observer
  window.IntersectionObserver ??= Observer
  window.matchMedia ??= (media) => ({ media, matches: false, addEventListener: none, removeEventListener: none, addListener: none, removeListener: none })
  window.requestIdleCallback ??= (callback) => setTimeout(callback, 0)
  window.scrollTo = none
  Element.prototype.scrollIntoView ??= none
  HTMLImageElement.prototype.decode ??= async () => {}
  HTMLCanvasElement.prototype.getContext = function (kind) {
    if (kind !== '2d') return null
    return new Proxy({ canvas: this }, { get: (own, name) => own[name] ?? (name === 'measureText' ? () => ({ width: 0 }) : none), set: () => true })
  }
  window.ImageData ??= class { constructor(data, width, height) { Object.assign(this, { data, width, height }) } }
  window.createImageBitmap ??= async () => ({ close: none })
  URL.createObjectURL ??= () => 'blob:none'
  URL.revokeObjectURL ??= none
  HTMLDialogElement.prototype.showModal ??= function () { this.open = true }
  HTMLDialogElement.prototype.close ??= function () { this.open = false }
  Object.defineProperty(Document.prototype, 'fonts', { value: { ready: Promise.resolve(), addEventListener: none, removeEventListener: none }, configurable: true })
  window.requestAnimationFrame = (callback) => setTimeout(() => callback(performance.now()), 0)
  window.cancelAnimationFrame = (id) => clearTimeout(id)
  HTMLElement.prototype.attachInternals ??= none
}`
