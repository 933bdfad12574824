import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pageUrl, socketUrl } from '../../src/client/address.ts'
import { Document } from '../../src/client/document.ts'
import { ClientSession, pullSession, pushSession, showSession } from '../../src/client/client-session.ts'
import type { ChangeEvent } from '../../src/client/changes.ts'
import type { ClientState } from '../../src/client/types.ts'
import { createServer } from '../../src/main/server/index.ts'
import { silentLog } from '../../src/main/log.ts'
import { createMemoryStores } from '../../src/main/stores/memory.ts'
import { OrielError } from '../../src/shared/errors.ts'
import { randomId } from '../../src/shared/ids.ts'
import { AttachHarness } from '../support/attach-harness.ts'

/** Resolves once the program is in this state. */
function reached(program: ClientSession, state: ClientState): Promise<void> {
  if (program.state === state) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = program.onStateChange((now) => {
      if (now !== state) return
      stop()
      resolve()
    })
  })
}

const note = (id: string, props: { [key: string]: number | string | Uint8Array } = {}) => ({ id, type: 'note', props })
const bytes = new Uint8Array([0x00, 0x01, 0xfe, 0xff])

function twoRoots(): Document {
  const document = new Document()
  document.transact((tx) => {
    tx.put(note('b', { text: 'first', bytes }))
    tx.put(note('a', { n: 1 }))
    tx.roots(['b', 'a'])
    tx.title('Two')
  })
  return document
}

let harness: AttachHarness
beforeEach(async () => {
  harness = await new AttachHarness().start()
})
afterEach(() => harness.end())
const room = () => harness.rooms.room

describe('attaching', () => {
  it('[D1] constructing does no I/O and makes an id of 44 characters that stays', async () => {
    const program = new ClientSession()
    expect(program.id).toMatch(/^[\w-]{44}$/)
    expect(new ClientSession().id).not.toBe(program.id)
    expect(new ClientSession({ sessionId: 'mine' }).id).toBe('mine')
    expect([program.state, program.connected, program.document, program.sessionId]).toEqual(['idle', false, null, null])
    const attached = harness.program()
    const { id } = attached
    expect(harness.carriers).toEqual([])
    await attached.connect()
    expect(attached.id).toBe(id)
    expect(attached.sessionId).toBe('session-1')
  })

  it('[D2] nothing that listens: not_connected at once, and again when asked', async () => {
    const closed = await createServer({ pages: async () => new Response(), attach: () => {}, log: silentLog })
    await closed.close()
    const program = harness.program({ url: closed.socketUrl })
    await expect(program.connect()).rejects.toMatchObject({ code: 'not_connected' })
    expect(() => program.checkConnectionErrors()).toThrow(expect.objectContaining({ code: 'not_connected' }))
    expect(program.state).toBe('closed')
    await expect(program.pull()).rejects.toMatchObject({ code: 'not_connected' })
  })

  it('[D2] a wrong path, and a server that takes the connection and says nothing', async () => {
    const wrong = harness.program({ url: `${harness.server.origin}/elsewhere` })
    await expect(wrong.connect()).rejects.toMatchObject({ code: 'not_connected' })
    const silent = await createServer({
      pages: async () => new Response(),
      attach: () => {},
      allowPrograms: () => true,
      log: silentLog,
    })
    const program = harness.program({ url: silent.socketUrl, connectTimeoutMs: 50 })
    await expect(program.connect()).rejects.toMatchObject({ code: 'timeout' })
    await silent.close()
  })

  it('[D2] [D6] a ticket is good once, for its time, and for nobody else', async () => {
    const ticket = harness.ticket()
    await harness.attached({ ticket })
    for (const refused of [ticket, 'wrong', '', harness.ticket(0)]) {
      const program = harness.program({ ticket: refused })
      await expect(program.connect()).rejects.toMatchObject({ code: 'ticket_refused' })
      expect(() => program.checkConnectionErrors()).toThrow(OrielError)
    }
  })

  it('[D2] the script has failed, or the ticket is for another session than was meant', async () => {
    const other = harness.program({ sessionId: 'another' })
    await expect(other.connect()).rejects.toMatchObject({ code: 'unknown_session' })
    expect(() => other.checkConnectionErrors()).toThrow(expect.objectContaining({ code: 'unknown_session' }))
    const failed = await new AttachHarness({
      programRefusal: () => new OrielError('script_failed', 'The script failed: no such column'),
    }).start()
    const program = failed.program()
    await expect(program.connect()).rejects.toMatchObject({
      code: 'script_failed',
      message: 'The script failed: no such column',
    })
    await failed.end()
  })

  it('[D3] await using closes once and cleanly; every call after it says closed', async () => {
    const states: string[] = []
    let kept: ClientSession
    {
      await using program = harness.program()
      program.onStateChange((state) => states.push(state))
      await program.connect()
      await program.pull()
      kept = program
    }
    await kept.close()
    expect(states).toEqual(['connecting', 'open', 'closed'])
    kept.checkConnectionErrors()
    const calls = [
      () => kept.connect(),
      () => kept.pull(),
      () => kept.push(),
      () => kept.flush(),
      () => kept.settled(),
      () => kept.forceRoundtrip(),
      () => kept.requestServerInfo(),
      () => kept.send('x'),
      () => kept.request('x'),
      () => kept.show(),
    ]
    // The first connect() was answered; the promise of it stays what it was.
    for (const call of calls.slice(1)) await expect(call()).rejects.toMatchObject({ code: 'closed' })
    await expect.poll(() => room().peers('program')).toEqual([])
    const document = kept.document!
    document.title = 'alone'
    expect(document.title).toBe('alone')
  })

  it('[D3] what waits when the session is closed is rejected, connecting too', async () => {
    const program = harness.program()
    const connecting = program.connect()
    await program.close()
    await expect(connecting).rejects.toMatchObject({ code: 'closed' })
    program.checkConnectionErrors()

    await harness.rooms.join('script')
    const attached = await harness.attached()
    const asked = attached.request('never')
    await attached.close()
    await expect(asked).rejects.toMatchObject({ code: 'closed' })
  })

  it('[D4] a program that was cut off comes back by itself, and each state is told', async () => {
    const states: string[] = []
    const program = harness.program()
    program.onStateChange((state) => states.push(state))
    await program.connect()
    harness.cutAll()
    await reached(program, 'reconnecting')
    expect(program.connected).toBe(false)
    await reached(program, 'open')
    await program.forceRoundtrip()
    room().removePeer(room().peers('program')[0]!, new OrielError('session_gone', 'over'))
    await reached(program, 'closed')
    expect(states).toEqual(['connecting', 'open', 'reconnecting', 'open', 'closed'])
    expect(() => program.checkConnectionErrors()).toThrow(expect.objectContaining({ code: 'session_gone' }))
  })

  it('[D5] server info comes before any document; addresses of pages and of sockets are told apart', async () => {
    const program = harness.program({ url: `${harness.server.origin}/` })
    await expect(program.requestServerInfo()).rejects.toMatchObject({ code: 'not_connected' })
    await program.connect()
    expect(await program.requestServerInfo()).toEqual({
      name: 'Oriel',
      version: '1.2.3',
      protocol: 1,
      limits: { maxMessageBytes: 20 * 1024 * 1024 },
    })
    expect(program.document).toBeNull()
    await program.show()
    expect(harness.shown).toBe(1)

    for (const given of ['http://h:1', 'http://h:1/', 'ws://h:1/ws', 'ws://h:1/ws/']) {
      expect(socketUrl(given)).toBe('ws://h:1/ws')
      expect(pageUrl(given)).toBe('http://h:1')
    }
    expect(socketUrl('https://h/app/')).toBe('wss://h/app/ws')
    expect(pageUrl('wss://h/app/ws')).toBe('https://h/app')
    for (const refused of ['ftp://h/', 'file:///ws', 'javascript:1', 'h:1', '', 'ws://h/ws?ticket=1', 'ws://a:b@h/ws'])
      for (const read of [socketUrl, pageUrl, (url: string) => new ClientSession({ url })])
        expect(() => read(refused)).toThrow(expect.objectContaining({ code: 'bad_value' }))
  })

  it('[D6] a socket without an Origin is let in only while a program is awaited or attached', async () => {
    const upgrade = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(harness.server.port, '127.0.0.1')
        socket.on('error', reject)
        socket.on('data', (data) => {
          socket.destroy()
          resolve(data.toString().split('\r\n', 1)[0]!)
        })
        const key = Buffer.from(randomId(16)).toString('base64')
        socket.write(
          `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${harness.server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
        )
      })
    expect(await upgrade()).toContain('403')
    const program = harness.program()
    expect(await upgrade()).toContain('101')
    await program.connect()
    expect(await upgrade()).toContain('101')
    await program.close()
    await expect.poll(upgrade).toContain('403')
  })
})

describe('pull and push', () => {
  it('[P1] a document with two roots and bytes arrives as it was', async () => {
    const document = twoRoots()
    const session = await pushSession(document, { url: harness.server.socketUrl, ticket: harness.ticket() })
    harness.programs.push(session)
    expect(session.document).toBe(document)
    expect(room().journal.snapshot()).toEqual({
      title: 'Two',
      roots: ['b', 'a'],
      records: [note('b', { text: 'first', bytes }), note('a', { n: 1 })],
    })
    document.transact((tx) => tx.set('a', ['n'], 2))
    await session.flush()
    expect(room().journal.state.get('a')?.props).toEqual({ n: 2 })
  })

  it('[P1] what the script keeps stays where it is', async () => {
    const view = { id: 'widget:w1', type: 'widget', scope: 'view' as const, props: {} }
    const state = { id: 'state:Choice', type: 'state', scope: 'state' as const, props: { year: 'all' } }
    room().edit([
      { op: 'put', record: view },
      { op: 'put', record: state },
      { op: 'put', record: note('old') },
      { op: 'roots', ids: ['old', 'widget:w1'] },
    ])
    const session = await harness.attached()
    await session.push(twoRoots())
    expect(room().journal.state.roots).toEqual(['b', 'a', 'widget:w1'])
    expect(room().journal.state.get('widget:w1')).toEqual(view)
    expect(room().journal.state.get('state:Choice')).toEqual(state)
    expect(room().journal.state.get('old')).toBeUndefined()
  })

  it('[P3] pulling again keeps the instance, sends nothing back and reports one replaced change', async () => {
    const session = await pullSession({ url: harness.server.socketUrl, ticket: harness.ticket() })
    harness.programs.push(session)
    const document = session.document!
    room().edit([{ op: 'put', record: note('a', { n: 1 }) }])
    await session.settled(1)
    const record = document.get('a')
    const events: ChangeEvent[] = []
    document.onChange((event) => events.push(event))
    expect(await session.pull()).toBe(document)
    expect(events).toEqual([{ ops: [], origin: 'remote', version: 1, replaced: true }])
    expect(document.get('a')).toBe(record)
    await session.forceRoundtrip()
    expect(room().journal.version).toBe(1)
    const [one, two] = await Promise.all([session.pull(), session.pull()])
    expect([one, two]).toEqual([document, document])
    expect(events).toHaveLength(2)
  })

  it('[P4] the same document may be pushed again, another one not, nor one of another session', async () => {
    const session = await harness.attached()
    await expect(session.push()).rejects.toMatchObject({ code: 'bad_usage' })
    const document = twoRoots()
    await session.push(document)
    const { version } = room().journal
    await session.push(document)
    await session.push()
    expect(room().journal.version).toBe(version)
    await expect(session.push(new Document())).rejects.toMatchObject({ code: 'document_attached' })
    const other = await harness.attached()
    await expect(other.push(document)).rejects.toMatchObject({ code: 'document_attached' })
    expect(other.document).toBeNull()
    await session.close()
    await other.push(document)
    expect(other.document).toBe(document)
  })

  it('[P2] a push that is too large, or refused, leaves the document as it was and the connection up', async () => {
    const session = await harness.attached({ maxMessageSize: 10_000 })
    const large = new Document()
    large.transact((tx) => tx.put({ id: 'big', type: 'bytes', props: { data: new Uint8Array(20_000) } }))
    await expect(session.push(large)).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringMatching(/20,\d\d\d.*10,000/) as string,
    })
    expect(large.get('big')).toBeDefined()
    const forged = new Document()
    forged.transact((tx) => tx.put({ id: 'widget:x', type: 'widget', scope: 'view', props: {} }))
    await expect(session.push(forged)).rejects.toMatchObject({ code: 'not_allowed' })
    expect(forged.get('widget:x')).toBeDefined()
    expect([session.connected, session.document, session.pendingCount]).toEqual([true, null, 0])
    await session.push(twoRoots())
    expect(room().journal.state.title).toBe('Two')
  })
})

describe('keeping in step', () => {
  it('[Y6] an edit of what the script shows is refused, rolled back, and rejects the flush', async () => {
    room().edit([{ op: 'put', record: { id: 'script', type: 'script', scope: 'view', props: { state: 'running' } } }])
    const session = await harness.attached()
    const document = await session.pull()
    const refused: unknown[] = []
    session.onReject(({ error }) => refused.push(error?.code))
    document.transact((tx) => tx.set('script', ['state'], 'failed'))
    expect(document.get('script')?.props.state).toBe('failed')
    await expect(session.flush()).rejects.toMatchObject({ code: 'not_allowed' })
    expect(document.get('script')?.props.state).toBe('running')
    expect(refused).toEqual(['not_allowed'])
    await session.flush()
  })

  it('[Z1] 100 edits while the socket is cut are applied once, in order', async () => {
    const session = await harness.attached()
    const document = await session.pull()
    document.transact((tx) => tx.put({ id: 'list', type: 'list', props: { items: [] } }))
    for (let n = 0; n < 100; n++) {
      document.transact((tx) => tx.splice('list', ['items'], n, 0, [n]))
      if (n === 30) harness.cutAll()
      if (n === 60) await reached(session, 'reconnecting')
    }
    expect(session.pendingCount).toBeGreaterThan(60)
    await session.forceRoundtrip()
    const expected = Array.from({ length: 100 }, (_, index) => index)
    expect(room().journal.state.get('list')?.props.items).toEqual(expected)
    expect(document.get('list')?.props.items).toEqual(expected)
    expect(session.pendingCount).toBe(0)
  })

  it('[Z1] edits wait for the snapshot, and stay in order, where the log no longer reaches back', async () => {
    const session = await harness.attached()
    const document = await session.pull()
    document.transact((tx) => tx.put({ id: 'list', type: 'list', props: { items: [] } }))
    await session.flush()
    harness.cutAll()
    await reached(session, 'reconnecting')
    for (let n = 0; n < 3; n++) document.transact((tx) => tx.splice('list', ['items'], n, 0, [n]))
    // More than the room keeps for those who come back.
    for (let n = 0; n < 7000; n++) room().edit([{ op: 'title', title: String(n) }])
    const stop = session.onStateChange((state) => {
      if (state === 'open') document.transact((tx) => tx.splice('list', ['items'], 3, 0, [3]))
    })
    const flushed = session.flush()
    await reached(session, 'open')
    stop()
    await flushed
    expect(room().journal.state.get('list')?.props.items).toEqual([0, 1, 2, 3])
  })

  it('[J4] flush waits until the store has it, and says when nothing is stored any more', async () => {
    const stores = createMemoryStores()
    const stored = await new AttachHarness({ store: stores.documents }).start()
    const entry = { sessionId: 'session-1', clientId: 'c', scriptPath: '/s.ts', arguments: {}, title: '' }
    const times = { createdAt: 0, lastUsedAt: 0 }
    await stores.sessions.save({ ...entry, ...times, state: 'open', pid: process.pid })
    const session = await stored.attached()
    const document = await session.pull()
    document.transact((tx) => tx.put(note('a', { n: 1 })))
    await session.flush()
    expect((await stores.documents.load('session-1'))?.commits.flatMap(({ ops }) => ops)).toEqual([
      { op: 'put', record: note('a', { n: 1 }) },
    ])
    await stores.sessions.remove('session-1')
    document.transact((tx) => tx.set('a', ['n'], 2))
    await expect(session.flush()).rejects.toMatchObject({ code: 'store_unwritable' })
    await stored.end()
  })
})

describe('what a program comes with, and comes back with', () => {
  it('[L5] its arguments and some headers are told, and what does not fit is refused where it is given', async () => {
    await harness.attached({ arguments: { year: '2026' } })
    const [peer] = room().peers('program')
    expect(peer!.request.arguments).toEqual({ year: '2026' })
    expect(peer!.request.headers).toMatchObject({ host: `127.0.0.1:${harness.server.port}` })
    expect(Object.keys(peer!.request.headers)).not.toContain('cookie')
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, '']))
    const wrong = [many, { a: 1 }, { a: 'x'.repeat(5000) }, { constructor: 'x' }, ['a'], 'a']
    for (const given of wrong)
      expect(() => harness.program({ arguments: given as never })).toThrow(
        expect.objectContaining({ code: 'bad_value' }),
      )
  })

  it('[D9] a program that is started anew takes its place over with its token, once it was cut off or while it is not', async () => {
    const script = await harness.rooms.join('script')
    const first = await harness.attached()
    const peer = room().peers('program')[0]!
    expect(first.token).toMatch(/^[\w-]{32}$/)
    await first.send('x').catch(() => {})
    const token = first.token!
    const second = await harness.attached({ ticket: '', token })
    expect(room().peers('program')).toEqual([peer])
    await reached(first, 'closed')
    expect(first.token).toBeNull()
    const document = await second.pull()
    document.transact((tx) => tx.put(note('a', { n: 1 })))
    await second.flush()
    script.session.onEvent(({ type }) => type)
    expect(await second.request('who')).toBe('who')
    expect(room().journal.state.get('a')?.props).toEqual({ n: 1 })
    expect(second.token).not.toBe(token)
  })

  it('[D9] [D6] a token changes with each connection, and is void after close, and for who never had one', async () => {
    const program = await harness.attached()
    const before = program.token!
    harness.cutAll()
    await reached(program, 'reconnecting')
    await reached(program, 'open')
    await program.flush()
    expect(program.token).not.toBe(before)
    const token = program.token!
    for (const wrong of [before, 'wrong'])
      await expect(harness.program({ ticket: '', token: wrong }).connect()).rejects.toMatchObject({
        code: 'session_gone',
      })
    await program.close()
    await expect.poll(() => room().peers('program')).toEqual([])
    const ticket = harness.ticket()
    await expect(harness.program({ ticket: '', token }).connect()).rejects.toMatchObject({ code: 'session_gone' })
    await harness.attached({ ticket })
  })

  it('[N2] showSession shows it, with the options given, and leaves', async () => {
    await showSession({ url: harness.server.socketUrl, ticket: harness.ticket(), width: 300 })
    expect(harness.shown).toBe(1)
    await expect.poll(() => room().peers('program')).toEqual([])
  })
})

describe('events between a program and the script', () => {
  it('[E3] [E7] each side sends and asks, and the script knows how many programs there are', async () => {
    const script = await harness.rooms.join('script')
    const heard: unknown[] = []
    script.session.onEvent(({ type, widgetId, connectionId, data }) => {
      heard.push([type, widgetId, connectionId === '', data])
      return type === 'double' ? (data as number) * 2 : null
    })
    const session = await harness.attached()
    await session.send('hello', { by: 'test' })
    expect(await session.request('double', 21)).toBe(42)
    expect(heard).toEqual([
      ['hello', '', false, { by: 'test' }],
      ['double', '', false, 21],
    ])
    const told: unknown[] = []
    session.on('*', (data, { type }) => void told.push([type, data]))
    const remove = session.on('who', () => 'me')
    expect(await script.session.emit('', 'tick', 7)).toBe(1)
    expect(await script.session.request('', 'who')).toBe('me')
    expect(told).toEqual([
      ['tick', 7],
      ['who', null],
    ])
    remove()
    expect(await script.session.request('', 'who')).toBeNull()
  })

  it('[E4] [E10] nobody handles it, no script is there, and names of Oriel itself', async () => {
    const session = await harness.attached()
    await expect(session.send('x')).rejects.toMatchObject({ code: 'script_stopped' })
    await expect(session.request('x')).rejects.toMatchObject({ code: 'script_stopped' })
    const script = await harness.rooms.join('script')
    await expect(script.session.request('', 'x')).rejects.toMatchObject({ code: 'no_handler' })
    await expect(session.send('oriel:x')).rejects.toMatchObject({ code: 'not_allowed' })
    await session.close()
    await expect.poll(() => room().peers('program')).toEqual([])
    await expect(script.session.request('', 'x')).rejects.toMatchObject({ code: 'window_closed' })
    expect(await script.session.emit('', 'x')).toBe(0)
  })

  it('[L2] a program that went without a word keeps its place for the grace time alone', async () => {
    const brief = await new AttachHarness({ graceMs: 20 }).start()
    const program = await brief.attached()
    await brief.server.close()
    brief.cutAll()
    await expect.poll(() => brief.rooms.room.peers('program')).toEqual([])
    expect(brief.rooms.lobby.expectsPrograms).toBe(false)
    await program.close()
    await brief.end()
  })
})
