import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { silentLog } from '../../../../src/main/log.ts'
import { createServer, type PageServer } from '../../../../src/main/server/index.ts'
import type { Carrier } from '../../../../src/shared/carrier.ts'
import { decode } from '../../../../src/shared/carriers/codec.ts'
import { webSocketCarrier } from '../../../../src/shared/carriers/websocket.ts'
import { withHeadroom } from '../../../../src/shared/frames.ts'
import { LANE_HEADER, LANE_PATH } from '../../../../src/shared/lane.ts'
import { CLOSE } from '../../../../src/shared/protocol.ts'
import { listen } from '../../../contract/suites/carrier-contract.ts'
import { raw } from './support.ts'

const frame = (number: number) => ({
  type: 'frame',
  stream: 'camera',
  number,
  kind: 'bytes',
  width: 0,
  height: 0,
  bytes: withHeadroom(Uint8Array.of(number)),
})

describe('lanes of a server', () => {
  let server: PageServer
  let attached: Carrier[]
  beforeEach(async () => {
    attached = []
    server = await createServer({
      pages: async () => new Response('no such page', { status: 404 }),
      attach: (carrier) => void attached.push(carrier),
      allowPrograms: () => true,
      log: silentLog,
    })
  })
  afterEach(() => server.close())

  /** A page's socket, and the server's end of it once something was heard. */
  async function connect(): Promise<{ page: Carrier; room: Carrier; heard: ReturnType<typeof listen> }> {
    const page = webSocketCarrier(new WebSocket(server.socketUrl))
    onTestFinished(() => page.close())
    const before = attached.length
    await expect.poll(() => attached.length, { interval: 5 }).toBeGreaterThan(before)
    const room = attached[before]!
    room.onMessage(() => {})
    return { page, room, heard: listen(page) }
  }

  async function promised(page: Carrier, heard: ReturnType<typeof listen>): Promise<string> {
    page.send({ type: 'lane', secret: '' })
    const [message] = (await heard.take(1)) as [{ type: string; secret: string }]
    expect(message.type).toBe('lane')
    return message.secret
  }

  const fetchLane = (secret: string) => fetch(`${server.origin}${LANE_PATH}`, { headers: { [LANE_HEADER]: secret } })

  it('[D6] a lane is had with its secret alone, and once', async () => {
    const { page, heard } = await connect()
    const secret = await promised(page, heard)
    expect(secret).toMatch(/^[\w-]{32}$/)
    for (const wrong of ['', 'x', secret.slice(1), `${secret}x`]) expect((await fetchLane(wrong)).status).toBe(404)
    expect((await raw(server.port, LANE_PATH)).status).toBe(404)
    const { status, headers, body } = await fetchLane(secret)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect((await fetchLane(secret)).status).toBe(404)
    await body!.cancel()
  })

  it('[D6] a page of another origin cannot even ask: its secret would be a header that no browser sends unasked', async () => {
    const { page, heard } = await connect()
    const secret = await promised(page, heard)
    const preflight = { origin: 'https://elsewhere.example', 'access-control-request-headers': LANE_HEADER }
    expect((await raw(server.port, LANE_PATH, { method: 'OPTIONS', headers: preflight })).status).toBe(405)
    const headers = { host: 'elsewhere.example', [LANE_HEADER]: secret }
    expect((await raw(server.port, LANE_PATH, { headers })).status).toBe(403)
  })

  it('frames wait for the lane that was promised, and everything else goes on over the socket', async () => {
    const { page, room, heard } = await connect()
    const secret = await promised(page, heard)
    room.send(frame(1))
    room.send({ type: 'ping', id: 1 })
    expect((await heard.take(2))[1]).toEqual({ type: 'ping', id: 1 })
    const reader = (await fetchLane(secret)).body!.getReader()
    room.send(frame(2))
    let bytes = Buffer.alloc(0)
    const messages: unknown[] = []
    while (messages.length < 2) {
      bytes = Buffer.concat([bytes, (await reader.read()).value!])
      while (bytes.length > 4 && bytes.length >= 4 + bytes.readUInt32BE()) {
        const end = 4 + bytes.readUInt32BE()
        messages.push(decode(new Uint8Array(bytes.subarray(4, end))))
        bytes = bytes.subarray(end)
      }
    }
    expect(messages).toEqual([frame(1), frame(2)])
    expect(heard.messages).toHaveLength(2)
    await reader.cancel()
  })

  it('frames of a lane that is not fetched in time come over the socket', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const page = webSocketCarrier(new WebSocket(server.socketUrl))
    onTestFinished(() => page.close())
    const heard = listen(page)
    page.send({ type: 'lane', secret: '' })
    page.send({ type: 'ping', id: 1 })
    while (attached.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const room = attached[0]!
    await listen(room).take(1)
    const [message] = (await heard.take(1)) as [{ secret: string }]
    room.send(frame(1))
    vi.advanceTimersByTime(2000)
    expect((await heard.take(2))[1]).toEqual(frame(1))
    room.send(frame(2))
    expect((await heard.take(3))[2]).toEqual(frame(2))
    expect((await fetchLane(message.secret)).status).toBe(404)
  })

  it('[Z2] a lane that breaks ends the link with it, since frames in it are lost', async () => {
    const { page, room, heard } = await connect()
    const { body } = await fetchLane(await promised(page, heard))
    room.send(frame(1))
    await body!.cancel()
    expect((await heard.closed).code).toBe(CLOSE.cut)
  })

  it('a link that ends takes its lane with it', async () => {
    const { page, heard } = await connect()
    const { body } = await fetchLane(await promised(page, heard))
    page.close()
    await expect(body!.getReader().read()).rejects.toThrow()
  })

  it('there are three lanes at most, so that a browser has connections left for its pages; a free place is taken again', async () => {
    const first = await connect()
    const lane = await fetchLane(await promised(first.page, first.heard))
    for (let n = 0; n < 2; n++) {
      const { page, heard } = await connect()
      await promised(page, heard)
    }
    const fourth = await connect()
    fourth.page.send({ type: 'lane', secret: '' })
    fourth.room.send(frame(1))
    expect(await fourth.heard.take(1)).toEqual([frame(1)])
    first.page.close()
    await expect(lane.body!.getReader().read()).rejects.toThrow()
    const fifth = await connect()
    await promised(fifth.page, fifth.heard)
  })

  it('[V2] what only looks like word of a lane is passed on, to be refused', async () => {
    const { page, room } = await connect()
    const heard = listen(room)
    for (const wrong of [{ type: 'lane' }, { type: 'lane', secret: 1 }, { type: 'lane', secret: '', more: 1 }])
      page.send(wrong)
    await heard.take(3)
    expect(heard.messages).toHaveLength(3)
  })
})
