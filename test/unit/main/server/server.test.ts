import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createServer, type PageServer, type ServerOptions } from '../../../../src/main/server/index.ts'
import { createPageHandler } from '../../../../src/main/server/pages.ts'
import type { Carrier } from '../../../../src/shared/carrier.ts'
import { encode } from '../../../../src/shared/carriers/codec.ts'
import { webSocketCarrier } from '../../../../src/shared/carriers/websocket.ts'
import { CLOSE } from '../../../../src/shared/protocol.ts'
import { FakeDirectory, keptLog, pageOf, raw, tempFolder } from './support.ts'

let server: PageServer
let log: ReturnType<typeof keptLog>
let attached: Carrier[]

async function start(options: Partial<ServerOptions> = {}): Promise<void> {
  log = keptLog()
  attached = []
  const directory = new FakeDirectory({ one: pageOf() })
  server = await createServer({
    pages: createPageHandler({ directory, assetsDir: tempFolder(), log }),
    attach: (carrier) => attached.push(carrier),
    log,
    maxMessageBytes: 10_000,
    ...options,
  })
}
beforeEach(() => start())
afterEach(() => server.close())

const refusals = () => log.lines.filter((line) => line.level === 'warn').map((line) => line.message)

describe('http', () => {
  test('a page is opened by its ticket, then by its cookie, over a real connection', async () => {
    const first = await fetch(`${server.origin}/w/one?ticket=ticket-one`, { redirect: 'manual' })
    expect(first.status).toBe(303)
    const cookie = first.headers.get('set-cookie')!.split(';', 1)[0]!
    const second = await fetch(`${server.origin}/w/one`, { headers: { cookie } })
    expect(second.status).toBe(200)
    expect(second.headers.get('content-security-policy')).toContain(`connect-src 'self' ws://127.0.0.1:${server.port}`)
    expect(await second.text()).toContain('<h1>0</h1>')
    expect((await fetch(`${server.origin}/w/one?ticket=ticket-one`, { redirect: 'manual' })).status).toBe(403)
  })

  test('only this machine can reach it', () => {
    expect(server.origin).toBe(`http://127.0.0.1:${server.port}`)
    expect(server.port).toBeGreaterThan(1023)
  })

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example', '[::1]'])(
    'a request for the host "%s" is refused: a name that was made to point here',
    async (host) => {
      const answer = await raw(server.port, '/w/one?ticket=ticket-one', { headers: { host } })
      expect(answer.status).toBe(403)
      expect(refusals()).toEqual(['refused: foreign host'])
    },
  )

  test('a request that names no host is refused', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.end('GET /w/one HTTP/1.0\r\n\r\n')
    const [data] = (await once(socket, 'data')) as [Buffer]
    expect(data.toString()).toMatch(/^HTTP\/1\.1 403 /)
  })

  test('localhost is a name of ours too', async () => {
    const answer = await raw(server.port, '/w/one', {
      headers: { host: `localhost:${server.port}`, cookie: 'oriel=secret-one' },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-security-policy']).toContain(`ws://localhost:${server.port}`)
  })

  test('an address with a host of its own is refused', async () => {
    expect((await raw(server.port, `http://evil.example/w/one`)).status).toBe(403)
  })

  test.each(['/../../etc/passwd', '/assets/../../etc/passwd', '//etc/passwd', '/w/one/files/..%2f..%2fetc/passwd'])(
    'a path that leads outside is refused: %s',
    async (target) => {
      const answer = await raw(server.port, target, { headers: { cookie: 'oriel=secret-one' } })
      expect([403, 404]).toContain(answer.status)
      expect(answer.text).not.toContain('root:')
    },
  )

  test('HEAD gives the headers of GET and no body', async () => {
    const headers = { cookie: 'oriel=secret-one' }
    const get = await raw(server.port, '/w/one', { headers })
    const head = await raw(server.port, '/w/one', { headers, method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
    expect(Math.abs(Number(head.headers['content-length']) - get.text.length)).toBeLessThan(50)
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is refused', async (method) => {
    const headers = { cookie: 'oriel=secret-one', 'content-length': 1 }
    const answer = await raw(server.port, '/w/one', { method, headers, body: 'x' })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
    expect(answer.headers.connection).toBe('close')
  })

  test('an address or headers of unusual length are refused', async () => {
    expect((await raw(server.port, `/${'x'.repeat(5000)}`)).status).toBe(414)
    expect((await raw(server.port, '/', { headers: { long: 'x'.repeat(20_000) } })).status).toBe(431)
  })

  test('bytes that are no http are answered and the server goes on', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.end('\x16\x03\x01 hello\r\n\r\n')
    const [data] = (await once(socket, 'data')) as [Buffer]
    expect(data.toString()).toMatch(/^HTTP\/1\.1 400 /)
    expect((await raw(server.port, '/none')).status).toBe(404)
  })

  test('what is refused over and over is logged once', async () => {
    for (let n = 0; n < 20; n++) await raw(server.port, '/', { headers: { host: 'evil.example' } })
    await raw(server.port, '/', { headers: { host: 'other.example' } })
    expect(log.lines).toEqual([
      { level: 'warn', message: 'refused: foreign host', fields: { detail: 'evil.example' } },
      { level: 'warn', message: 'refused: foreign host', fields: { detail: 'other.example' } },
    ])
  })

  test('a page handler that hangs up in the middle does not take the server down', async () => {
    await server.close()
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) })
    await start({ pages: async () => new Response(broken, { headers: { 'content-length': '9000000' } }) })
    await expect(raw(server.port, '/')).rejects.toThrow()
    await expect(raw(server.port, '/')).rejects.toThrow()
  })
})

/** A client that has not opened yet, with the given headers. */
function dial(
  options: { origin?: string; host?: string; path?: string; protocol?: string; headers?: Record<string, string> } = {},
): WebSocket {
  const { path = '/ws', host, protocol, headers } = options
  const origin = 'origin' in options ? options.origin : server.origin
  return new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocol ? [protocol] : [], {
    ...(origin === undefined ? {} : { origin }),
    headers: { ...(host === undefined ? {} : { host }), ...headers },
  })
}
async function open(): Promise<WebSocket> {
  const socket = dial()
  await once(socket, 'open')
  return socket
}
/** Status of a refused upgrade; 101 if it was let in. */
function status(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode!)
    })
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('error', reject)
  })
}
async function closeOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  return { code, reason: reason.toString() }
}

describe('WebSocket', () => {
  test('a page’s own socket becomes a carrier, both ways', async () => {
    const client = webSocketCarrier(dial())
    client.send({ type: 'ping', id: 1 })
    await expect.poll(() => attached.length).toBe(1)
    const there = new Promise((resolve) => attached[0]!.onMessage(resolve))
    expect(await there).toEqual({ type: 'ping', id: 1 })
    const back = new Promise((resolve) => client.onMessage(resolve))
    attached[0]!.send({ type: 'pong', id: 1, bytes: new Float32Array([1.5]) })
    expect(await back).toEqual({ type: 'pong', id: 1, bytes: new Float32Array([1.5]) })
  })

  test.each([
    ['the origin of another site', { origin: 'https://evil.example' }, 'refused: foreign origin'],
    ['the origin of another port', { origin: 'http://127.0.0.1:1' }, 'refused: foreign origin'],
    ['the origin of a file', { origin: 'null' }, 'refused: foreign origin'],
    ['no origin', { origin: undefined }, 'refused: foreign origin'],
    ['the name of another host', { host: 'evil.example' }, 'refused: foreign host'],
  ])('an upgrade with %s is refused before it is one', async (_name, options, line) => {
    expect(await status(dial(options))).toBe(403)
    expect(attached).toEqual([])
    expect(refusals()).toEqual([line])
  })

  test('https on our own port is no origin of ours', async () => {
    expect(await status(dial({ origin: `https://127.0.0.1:${server.port}` }))).toBe(403)
  })

  test('localhost is an origin of ours', async () => {
    expect(await status(dial({ origin: `http://localhost:${server.port}` }))).toBe(101)
  })

  test('programs without an origin are let in only where that was asked for', async () => {
    await server.close()
    await start({ allowPrograms: () => true })
    expect(await status(dial({ origin: undefined }))).toBe(101)
    expect(await status(dial({ origin: 'https://evil.example' }))).toBe(403)
  })

  test('[D6] there is no other path, and none with a ticket in it', async () => {
    expect(await status(dial({ path: '/' }))).toBe(404)
    expect(await status(dial({ path: '/ws?ticket=t1cket' }))).toBe(404)
    expect(JSON.stringify(log.lines)).not.toContain('t1cket')
  })

  test('[D6] no subprotocol is ever agreed on', async () => {
    const socket = dial({ protocol: 'ticket' })
    await once(socket, 'error')
    expect(socket.protocol).toBe('')
  })

  test('[L5] who attaches a socket is told some of its headers and the cookies that were named, never Oriel’s own', async () => {
    await server.close()
    const told: unknown[] = []
    await start({ attach: (_carrier, request) => void told.push(request), cookies: ['theme', 'plan', 'oriel-key'] })
    const cookie = 'theme=dark%20blue; oriel-key=secret; other=1; theme=light; plan="b"'
    const headers = {
      cookie,
      'accept-language': 'de',
      'x-other': '1',
      authorization: 'secret',
      'user-agent': 'x'.repeat(5000),
    }
    await once(dial({ headers }), 'open')
    expect(told).toEqual([
      {
        arguments: {},
        headers: { host: `127.0.0.1:${server.port}`, origin: server.origin, 'accept-language': 'de' },
        cookies: { theme: 'dark blue', plan: 'b' },
      },
    ])
  })

  test('[V2] a text frame is closed with 4000 and a reason, and the server hears it so too', async () => {
    const socket = await open()
    await expect.poll(() => attached.length).toBe(1)
    const heard = new Promise((resolve) => attached[0]!.onClose((code, reason) => resolve({ code, reason })))
    const end = { code: CLOSE.badMessage, reason: 'A message must be binary; this was text.' }
    socket.send('{"type":"hello"}')
    expect(await closeOf(socket)).toEqual(end)
    expect(await heard).toEqual(end)
  })

  test('[V2] bytes that cannot be decoded are closed with 4000 and a reason', async () => {
    const socket = await open()
    socket.send(new Uint8Array([0xc1, 0, 1]))
    expect(await closeOf(socket)).toEqual({ code: CLOSE.badMessage, reason: 'The message could not be decoded.' })
  })

  test('[V4] a message over the limit is closed with 4009 and a reason, and the server hears it so too', async () => {
    const socket = await open()
    await expect.poll(() => attached.length).toBe(1)
    const heard = new Promise<number>((resolve) => attached[0]!.onClose(resolve))
    socket.send(encode({ bytes: new Uint8Array(20_000) }))
    expect(await closeOf(socket)).toEqual({ code: CLOSE.tooLarge, reason: 'The message is larger than the limit.' })
    expect(await heard).toBe(CLOSE.tooLarge)
  })

  test('[V4] a message just below the limit arrives', async () => {
    const client = webSocketCarrier(dial())
    client.send({ bytes: new Uint8Array(9900) })
    await expect.poll(() => attached.length).toBe(1)
    expect(await new Promise((resolve) => attached[0]!.onMessage(resolve))).toEqual({ bytes: new Uint8Array(9900) })
    client.close()
  })

  test('[V2] a frame that breaks the WebSocket rules is closed with 4000, and the process carries on', async () => {
    const socket = await open()
    const closed = closeOf(socket)
    // a continuation of nothing, masked as a client must
    const { _socket } = socket as unknown as { _socket: import('node:net').Socket }
    _socket.write(Buffer.from([0x80, 0x81, 0, 0, 0, 0, 0x61]))
    expect((await closed).code).toBe(CLOSE.badMessage)
    expect(await status(dial())).toBe(101)
  })

  test('connections that say nothing are limited, and one that speaks makes room', async () => {
    const silent = await Promise.all(Array.from({ length: 64 }, () => open()))
    expect(await status(dial())).toBe(503)
    silent[0]!.send(encode({ type: 'hello' }))
    await Promise.race(attached.map((carrier) => new Promise((resolve) => carrier.onMessage(resolve))))
    expect(await status(dial())).toBe(101)
  })

  test('an attach that throws ends that connection alone', async () => {
    await server.close()
    await start({
      attach: () => {
        throw new Error('broken')
      },
    })
    const socket = await open()
    expect((await closeOf(socket)).code).toBe(CLOSE.cut)
    expect(log.lines.map((line) => line.level)).toEqual(['error'])
  })
})

describe('close', () => {
  test('ends sockets with 4010, frees the port, and may be called again', async () => {
    const socket = await open()
    const closed = closeOf(socket)
    await Promise.all([server.close(), server.close()])
    expect((await closed).code).toBe(CLOSE.shutdown)
    await expect(fetch(server.origin)).rejects.toThrow()
  })

  test('does not wait for a browser that keeps its connection alive', async () => {
    await fetch(`${server.origin}/none`)
    await server.close()
  })
})

test('a port that is taken is refused in plain words', async () => {
  const options = { pages: async () => new Response(), attach: () => {}, log, port: server.port }
  await expect(createServer(options)).rejects.toMatchObject({
    code: 'environment',
    message: `Port ${server.port} is already in use. Choose another with --port, or leave it out.`,
  })
})
