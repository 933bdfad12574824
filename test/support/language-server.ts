import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = path.resolve(import.meta.dirname, '../..')
const COMPILER = path.join(ROOT, 'node_modules/typescript/bin/tsc')
/** What a script finds beside `oriel` itself. */
const PACKAGES = ['react', 'zod', '@types']

interface Message {
  id?: number
  method?: string
  params?: unknown
  result?: unknown
  error?: { message: string }
}

interface Location {
  uri: string
  range: { start: { line: number } }
}

/** A script in an editor. Words are meant where they stand for the `place`th time, from 1. */
export interface OpenScript {
  /** What is shown when the pointer is on the word. */
  hover: (word: string, place?: number) => Promise<string>
  /** The lines of the script, from 0, that say what the word is. */
  definitions: (word: string, place?: number) => Promise<number[]>
}

/** TypeScript's language server, as an editor talks to it, on the folder of a person who has `oriel` installed. */
export class LanguageServer implements AsyncDisposable {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'oriel-editor-'))
  readonly #process: ChildProcessWithoutNullStreams
  readonly #answers = new Map<number, (answer: Message) => void>()
  #received: Buffer = Buffer.alloc(0)
  #lastId = 0

  private constructor() {
    const modules = path.join(this.#folder, 'node_modules')
    mkdirSync(modules)
    symlinkSync(ROOT, path.join(modules, 'oriel'))
    for (const name of PACKAGES) symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name))
    const compilerOptions = {
      target: 'es2024',
      module: 'esnext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: ['node'],
    }
    writeFileSync(path.join(this.#folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }))
    this.#process = spawn(process.execPath, [COMPILER, '--lsp', '--stdio'], { cwd: this.#folder })
    this.#process.stdout.on('data', (bytes: Buffer) => this.#receive(bytes))
  }

  static async start(): Promise<LanguageServer> {
    const server = new LanguageServer()
    const rootUri = pathToFileURL(server.#folder).href
    const capabilities = { textDocument: { hover: { contentFormat: ['markdown'] } } }
    await server.#ask('initialize', { processId: process.pid, rootUri, capabilities })
    server.#send({ method: 'initialized', params: {} })
    return server
  }

  open(name: string, text: string): OpenScript {
    const file = path.join(this.#folder, name)
    writeFileSync(file, text)
    const uri = pathToFileURL(file).href
    const textDocument = { uri, languageId: 'typescriptreact', version: 1, text }
    this.#send({ method: 'textDocument/didOpen', params: { textDocument } })
    const at = (word: string, place: number) => ({ textDocument: { uri }, position: positionOf(text, word, place) })
    return {
      hover: async (word, place = 1) => {
        const shown = await this.#ask('textDocument/hover', at(word, place))
        return (shown as { contents: { value: string } } | null)?.contents.value ?? ''
      },
      definitions: async (word, place = 1) => {
        const found = (await this.#ask('textDocument/definition', at(word, place))) as Location[] | null
        return (found ?? []).filter((each) => each.uri === uri).map(({ range }) => range.start.line)
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit')
    this.#process.kill()
    await exited
    rmSync(this.#folder, { recursive: true })
  }

  async #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId
    const answered = new Promise<Message>((resolve) => this.#answers.set(id, resolve))
    this.#send({ id, method, params })
    const { result, error } = await answered
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, Math.max(end, 0)).toString())?.[1])
      if (end < 0 || this.#received.length < end + 4 + length) return
      const message = JSON.parse(this.#received.subarray(end + 4, end + 4 + length).toString()) as Message
      this.#received = this.#received.subarray(end + 4 + length)
      if (message.method === undefined) this.#answers.get(message.id!)?.(message)
      // What it asks the editor in its turn (settings, files to watch): this one has none.
      else if (message.id !== undefined) this.#send({ id: message.id, result: null })
    }
  }
}

function positionOf(text: string, word: string, place: number): { line: number; character: number } {
  const found = [...text.matchAll(new RegExp(`\\b${word}\\b`, 'g'))][place - 1]
  if (!found) throw new Error(`“${word}” does not stand there ${place} times.`)
  const above = text.slice(0, found.index).split('\n')
  return { line: above.length - 1, character: above.at(-1)!.length }
}
