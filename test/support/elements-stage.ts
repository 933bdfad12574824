import react from '@vitejs/plugin-react'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { chromium } from '@playwright/test'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { Fragment, createElement } from 'react'
import type { ReactElement } from 'react'
import { build } from 'vite'
import { Document } from '../../src/client/document.ts'
import { RunningSession } from '../../src/sdk/runtime/session.ts'
import { show } from '../../src/sdk/show.ts'
import type { Widget } from '../../src/sdk/widget.ts'
import { ELEMENT_ASK_EVENT } from '../../src/shared/calls.ts'
import { snapshotOf } from '../../src/shared/document/state.ts'
import type { Op } from '../../src/shared/document/types.ts'
import type { ElementEventData } from '../../src/shared/elements/node.ts'
import { toJsonValue } from '../../src/shared/document/json.ts'
import { toPublicError } from '../../src/shared/errors.ts'
import type { Value } from '../../src/shared/value.ts'
import { LinkDouble } from '../unit/sdk/support/link-double.ts'

const VIEWPORT = { width: 640, height: 480 }

/** Elements as a script renders them and a real browser shows them, without the app between the two. */
export class ElementsStage {
  readonly #server: Server
  readonly #browser: Browser
  readonly #context: BrowserContext

  private constructor(server: Server, browser: Browser, context: BrowserContext) {
    this.#server = server
    this.#browser = browser
    this.#context = context
  }

  static async open(): Promise<ElementsStage> {
    const files = await bundle()
    const server = createServer((request, response) => {
      const name = new URL(request.url!, 'http://stage').pathname
      const file = name === '/' ? PAGE : files.get(name.slice(1))
      const type = name === '/' ? 'text/html' : name.endsWith('.css') ? 'text/css' : 'text/javascript'
      response.writeHead(file === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` }).end(file)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const browser = await chromium.launch({
      executablePath: process.env['ORIEL_BROWSER'] ?? '/usr/bin/chromium',
      chromiumSandbox: process.getuid?.() !== 0,
    })
    const context = await browser.newContext({ viewport: VIEWPORT })
    return new ElementsStage(server, browser, context)
  }

  /** A window of its own that shows `content`, rendered in a session of its own; for a person who lives elsewhere, if that is given. */
  async show(content: ReactElement, person?: { locale: string; timezoneId: string }): Promise<ShownElements> {
    const { port } = this.#server.address() as AddressInfo
    const context = person ? await this.#browser.newContext({ viewport: VIEWPORT, ...person }) : this.#context
    return ShownElements.begin(await context.newPage(), `http://127.0.0.1:${port}/`, content)
  }

  async close(): Promise<void> {
    await this.#browser.close()
    this.#server.close()
  }
}

/** One window with elements. */
export class ShownElements implements AsyncDisposable {
  readonly page: Page
  readonly session: RunningSession
  readonly document: Document
  /** What the script's code threw and nobody caught, and what went wrong in the page. */
  readonly problems: unknown[] = []
  /** Files that the page has loaded. */
  readonly loaded: string[] = []
  /** Edits of the document, since the window is there. */
  readonly commits: Op[][] = []
  readonly #link: LinkDouble
  /** What is sent to the page, in order. */
  #line: Promise<unknown> = Promise.resolve()
  #version = 0
  #isHere = false
  readonly #gates = new Map<string, Gate>()
  #turn: Promise<void> = Promise.resolve()
  #widget: Widget | null = null
  #replaced = 0

  private constructor(page: Page) {
    this.page = page
    this.document = new Document()
    this.#link = Object.defineProperty(new LinkDouble(), 'document', { value: this.document })
    this.#link.emit = async (_widgetId, type, data) => this.#emit(type, data)
    this.session = new RunningSession({
      link: this.#link.asLink(),
      workerId: 'w',
      scriptPath: '/scripts/elements.oriel.tsx',
      onProblem: (error) => this.problems.push(error),
    })
    page.on('pageerror', (error) => this.problems.push(error))
    page.on('request', (request) => this.loaded.push(new URL(request.url()).pathname.slice(1)))
  }

  static async begin(page: Page, address: string, content: ReactElement): Promise<ShownElements> {
    const shown = new ShownElements(page)
    shown.#widget = await shown.session.enter(() => show(content))
    await page.exposeFunction('orielAnswer', (type: string, data: Value) => shown.#answer(type, data))
    await page.goto(address)
    await page.waitForFunction(() => 'elements' in window)
    const snapshot = snapshotOf({ title: '', roots: [], records: () => shown.document.records() } as never)
    shown.document.onChange(({ ops }) => shown.#commit(ops))
    await page.evaluate((given) => window.elements.begin(given), text(snapshot))
    shown.#attach()
    return shown
  }

  /** Shows `content` in place of what is there, as new: as if the window had just opened, without the time that takes. */
  async replace(content: ReactElement): Promise<void> {
    await this.page.emulateMedia({ colorScheme: null, reducedMotion: null })
    // Where the tab key goes on from.
    await this.page.evaluate(() => {
      document.body.tabIndex = -1
      document.body.focus()
      document.body.removeAttribute('tabindex')
      getSelection()?.removeAllRanges()
      scrollTo(0, 0)
    })
    await this.page.mouse.move(0, 0)
    this.#replaced += 1
    await this.run(() => this.#widget!.update(createElement(Fragment, { key: this.#replaced }, content)))
    this.problems.length = 0
  }

  /** Runs `fn` as code of the script, and resolves when the page shows what it has changed. */
  async run<T>(fn: () => T): Promise<T> {
    const result = this.session.enter(fn)
    await this.settled()
    return result
  }

  /** From now on events of this name wait for their handler until the gate lets them through. */
  gate(event: string): Gate {
    const gate = new Gate()
    this.#gates.set(event, gate)
    return gate
  }

  /** Resolves when what was rendered so far is in the page. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    await this.#line
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close()
    await this.#line.catch(() => {})
    await this.page.close()
  }

  /** The script hears that the window is here. */
  #attach(): void {
    this.#isHere = true
    this.session.clients.add({ connectionId: 'window-1', role: 'window', widgetId: 'w1', request: {} })
  }

  #emit(type: string, data: Value = null): number {
    if (!this.#isHere) return 0
    if (type === ELEMENT_ASK_EVENT)
      this.#line = this.#line.then(() => this.page.evaluate((given) => window.elements.ask(given), text(data)))
    return 1
  }

  #commit(ops: Op[]): void {
    this.commits.push(ops)
    const commit = { epoch: 'e', version: ++this.#version, origin: null, ops }
    this.#line = this.#line.then(() => this.page.evaluate((given) => window.elements.commit(given), text(commit)))
  }

  /** An answer comes after the changes that were made before it. */
  async #answer(type: string, data: Value): Promise<{ value: string } | { problem: string }> {
    const { event, data: payload } = data as unknown as ElementEventData
    // None overtakes another, as on a real connection.
    if (this.#gates.size > 0) await (this.#turn = this.#turn.then(() => this.#gates.get(event)?.pass(payload)))
    try {
      const value = await this.#link.event('w1', type, data)
      await this.#line
      return { value: text(value) }
    } catch (error) {
      return { problem: toPublicError(error).message }
    }
  }
}

/** Holds events up on their way to the script, with all that come after them. */
export class Gate {
  /** What came with each of them, oldest first. */
  readonly heard: { readonly [name: string]: Value }[] = []
  #waiting: (() => void)[] = []
  #free = 0

  /** The next so many do not wait. */
  letThrough(count: number): void {
    this.#free += count
    while (this.#free > 0 && this.#waiting.length > 0) {
      this.#free--
      this.#waiting.shift()!()
    }
  }

  open(): void {
    this.letThrough(Infinity)
  }

  async pass(payload: Value): Promise<void> {
    this.heard.push(payload as { readonly [name: string]: Value })
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}

/** With its binary, for the page to read. */
function text(value: unknown): string {
  return JSON.stringify(toJsonValue((value ?? null) as Value))
}

const PAGE =
  '<!doctype html><html lang="en" data-theme="system"><head><meta charset="utf-8"><title>Elements</title>' +
  '<link rel="stylesheet" href="/assets/page.css"></head><body><main id="oriel-content"></main>' +
  '<script type="module" src="/assets/page.js"></script></body></html>'

/** The renderer's elements, bundled as they are for the app. */
async function bundle(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const result = await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'error',
    plugins: [react()],
    build: {
      write: false,
      minify: false,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { page: path.join(import.meta.dirname, 'elements-harness/page.ts') },
        output: {
          entryFileNames: 'assets/[name].js',
          chunkFileNames: 'assets/[name]-[hash].js',
          assetFileNames: 'assets/[name][extname]',
        },
      },
    },
  })
  if (Array.isArray(result) || !('output' in result)) throw new Error('one build was expected')
  return new Map(result.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]))
}
