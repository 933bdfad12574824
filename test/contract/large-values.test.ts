import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pullSession } from '../../src/client/client-session.ts'
import { Document } from '../../src/client/document.ts'
import { RoomClient } from '../../src/client/room-client.ts'
import type { Carrier } from '../../src/shared/carrier.ts'
import { messagePortCarrier } from '../../src/shared/carriers/message-port.ts'
import { webSocketCarrier } from '../../src/shared/carriers/websocket.ts'
import { CLOSE, OWN_MAX_MESSAGE_BYTES } from '../../src/shared/protocol.ts'
import { AttachHarness } from '../support/attach-harness.ts'
import { contentOf } from '../support/content-of.ts'

const MIB = 1024 * 1024

let harness: AttachHarness
let clients: RoomClient[]

beforeEach(async () => {
  harness = await new AttachHarness({ maxMessageBytes: 100 * MIB }).start()
  clients = []
})
afterEach(async () => {
  for (const client of clients) await client.close()
  await harness.end()
})

type Kind = 'message port' | 'WebSocket'

/** A client of the harness's room over a real carrier, connected. */
async function join(kind: Kind, role: 'script' | 'window', cutAfter = Infinity): Promise<RoomClient> {
  const { lobby, room } = harness.rooms
  let links = 0
  const peer = room.addPeer(role, role === 'script' ? null : 'w1')
  const options = { heartbeat: kind === 'WebSocket', maxMessageBytes: OWN_MAX_MESSAGE_BYTES }
  const client = new RoomClient({
    ticket: lobby.issueTicket({ room, peer }, 60_000),
    open: async () => {
      const carrier = await dial()
      return links++ === 0 ? cutAfterChunks(carrier, cutAfter) : carrier
    },
    ...options,
  })
  clients.push(client)
  await client.connect()
  return client

  async function dial(): Promise<Carrier> {
    if (kind === 'message port') {
      const { port1, port2 } = new MessageChannel()
      lobby.receive(messagePortCarrier(port1))
      return messagePortCarrier(port2)
    }
    const headers = { origin: harness.server.origin }
    const { WebSocket } = await import('ws')
    return webSocketCarrier(new WebSocket(harness.server.socketUrl, { headers }), {
      maxMessageBytes: OWN_MAX_MESSAGE_BYTES,
    })
  }
}

/** The same carrier, cut when so many chunks have gone over it, either way. */
function cutAfterChunks(carrier: Carrier, most: number): Carrier {
  let chunks = 0
  const count = (message: unknown) => {
    if ((message as { type: string }).type === 'chunk' && ++chunks === most) carrier.close(CLOSE.cut)
  }
  return {
    ...carrier,
    send(message) {
      carrier.send(message)
      count(message)
    },
    onMessage: (listener) =>
      carrier.onMessage((message) => {
        count(message)
        listener(message)
      }),
  }
}

/** Resolves with the document's version once `id` is there. */
function arrival(client: RoomClient, id: string): Promise<number> {
  return new Promise((resolve) => {
    const stop = client.document.onChange(({ version }) => {
      if (!client.document.get(id)) return
      stop()
      resolve(version)
    })
  })
}

const numbers = (length: number) => Float64Array.from({ length }, (_, index) => index / 3)

describe.each<[Kind, Kind]>([
  ['message port', 'WebSocket'],
  ['WebSocket', 'message port'],
])('over a %s, seen over a %s', (mine, theirs) => {
  it('[Z5] 64 MiB arrive intact, and small edits behind them are there first, at every client', async () => {
    const author = await join(mine, 'script')
    const others = [await join(theirs, 'window'), await join(mine, 'window')]
    const small = others.map((client) => arrival(client, 'small'))
    const big = others.map((client) => arrival(client, 'big'))
    const data = numbers((64 * MIB) / 8)
    author.document.transact((tx) => tx.put({ id: 'big', type: 'bytes', props: { data } }))
    author.document.transact((tx) => tx.put({ id: 'small', type: 'note', props: { n: 1 } }))
    expect(await Promise.all(small)).toEqual([1, 1])
    expect(others.map(({ document }) => document.get('big'))).toEqual([undefined, undefined])
    expect(await Promise.all(big)).toEqual([2, 2])
    await author.flush()
    for (const { document } of others) expect(equalBytes(document.get('big')!.props['data'], data)).toBe(true)
  })

  it('[Z2] [Z5] cut off in the middle, a large value comes whole after the reconnect', async () => {
    const author = await join(mine, 'script', 20)
    const other = await join(theirs, 'window', 30)
    const there = arrival(other, 'big')
    const data = numbers((16 * MIB) / 8)
    author.document.transact((tx) => tx.put({ id: 'big', type: 'bytes', props: { data } }))
    expect(await there).toBe(1)
    await author.flush()
    expect(equalBytes(other.document.get('big')!.props['data'], data)).toBe(true)
    expect(contentOf(author.document)).toEqual(contentOf(harness.rooms.room.journal.state))
    expect(author.pendingCount).toBe(0)
  })
})

describe('a document of 4,000,000 numbers', () => {
  const big = () => {
    const document = new Document()
    const columns = Object.fromEntries(Array.from({ length: 100 }, (_, column) => [`c${column}`, numbers(40_000)]))
    document.transact((tx) => tx.put({ id: 'table', type: 'table', props: columns }))
    return document
  }

  it('[P2] [V4] is kept from a program that takes 20 MiB, naming both sizes; the socket stays, and small things go on', async () => {
    const script = await join('message port', 'script')
    const session = await harness.attached()
    const columns = big().get('table')!.props
    script.document.transact((tx) => tx.put({ id: 'table', type: 'table', props: columns }))
    await script.flush()
    const late = await harness.attached()
    for (const program of [session, late]) {
      await expect(program.pull()).rejects.toMatchObject({
        code: 'too_large',
        message: expect.stringMatching(/32,\d{3},\d{3}.*20,971,520/) as string,
      })
      expect((await program.requestServerInfo()).name).toBe('Oriel')
      expect([program.connected, program.document]).toEqual([true, null])
    }
    script.document.transact((tx) => tx.remove('table'))
    await script.flush()
    expect((await late.pull()).get('table')).toBeUndefined()
  })

  it('[P2] arrives where the limit is 50 MB, pulled or pushed', async () => {
    const document = big()
    const session = await harness.attached({ maxMessageSize: 50_000_000 })
    await session.push(document)
    await using second = await pullSession({
      url: harness.server.socketUrl,
      ticket: harness.ticket(),
      maxMessageSize: 50_000_000,
    })
    expect(second.document!.get('table')!.props).toEqual(document.get('table')!.props)
  })
})

function equalBytes(value: unknown, data: Float64Array): boolean {
  const array = value as Float64Array
  return (
    array.constructor === Float64Array &&
    Buffer.compare(Buffer.from(array.buffer, array.byteOffset, array.byteLength), Buffer.from(data.buffer)) === 0
  )
}
