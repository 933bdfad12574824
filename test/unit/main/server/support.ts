import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Log } from '../../../../src/main/log.ts'
import type { Page, PageDirectory } from '../../../../src/main/server/types.ts'
import type { WidgetProps } from '../../../../src/shared/records.ts'

export const widget = (props: Partial<WidgetProps> = {}): WidgetProps => ({
  widgetId: 'main',
  title: 'Counter',
  content: { kind: 'html', html: '<h1>0</h1>' },
  revision: 'r1',
  patches: {},
  theme: 'system',
  resizable: true,
  width: 960,
  height: 640,
  x: null,
  y: null,
  ...props,
})

export const pageOf = (props: Partial<WidgetProps> = {}): Page => ({
  widget: widget(props),
  sessionId: 'session',
  clientId: 'client',
  ticket: () => 'page-ticket',
})

/** Windows of a test: key → what it shows. The ticket of KEY is `ticket-KEY`, good once; its secret is `secret-KEY`. */
export class FakeDirectory implements PageDirectory {
  readonly windows: Map<string, Page>
  readonly #used = new Set<string>()

  constructor(windows: Record<string, Page>) {
    this.windows = new Map(Object.entries(windows))
  }

  admit(windowKey: string, ticket: string): string | null {
    if (!this.windows.has(windowKey) || ticket !== `ticket-${windowKey}` || this.#used.has(ticket)) return null
    this.#used.add(ticket)
    return `secret-${windowKey}`
  }

  page(windowKey: string, secret: string): Page | null {
    const known = secret === 'trusted' || secret === `secret-${windowKey}`
    return known ? (this.windows.get(windowKey) ?? null) : null
  }
}

/** A log that keeps its lines. */
export function keptLog(): Log & { lines: { level: string; message: string; fields: object | undefined }[] } {
  const lines: { level: string; message: string; fields: object | undefined }[] = []
  const at = (level: string) => (message: string, fields?: object) => void lines.push({ level, message, fields })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** An empty folder that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'oriel-server-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface RawAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** A request with exactly this target and these headers; `fetch` would tidy them up. */
export function raw(
  port: number,
  target: string,
  options: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers, body } = options
    const request = httpRequest(
      { host: '127.0.0.1', port, path: target, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() }),
        )
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
