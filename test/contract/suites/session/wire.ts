import { describe, expect, it } from 'vitest'
import type { PeerRole } from '../../../../src/main/engine/peer.ts'
import { encode } from '../../../../src/shared/carriers/codec.ts'
import { CLOSE, DEFAULT_MAX_MESSAGE_BYTES } from '../../../../src/shared/protocol.ts'
import { greet, RAW_LIMITS, RawClient } from '../../../support/raw-client.ts'
import { WIDGET, type SessionStage, type StartStage, type Subject } from '../../../support/session-stage.ts'

/** First messages that are none, and what is wrong with each. */
const FIRST: readonly (readonly [what: string, message: object])[] = [
  ['anything but hello', { type: 'ping', id: 1 }],
  ['an unknown type', { type: 'hallo', protocol: 1, limits: RAW_LIMITS }],
  ['no type', { protocol: 1 }],
  ['hello without limits', { type: 'hello', protocol: 1, ticket: 'x' }],
  ['hello with a number for a ticket', { type: 'hello', protocol: 1, ticket: 7, limits: RAW_LIMITS }],
  ['another protocol', { type: 'hello', protocol: 99, ticket: 'x', limits: RAW_LIMITS }],
]
/** The same for who was welcomed. */
const LATER: readonly (readonly [what: string, message: object])[] = [
  ['an unknown type', { type: 'nonsense' }],
  ['a message that only the room may send', { type: 'snapshot', epoch: 'e', version: 1, document: {} }],
  ['an edit without ops', { type: 'edit', mutationId: 'm' }],
  ['an edit with an op that is none', { type: 'edit', mutationId: 'm', ops: [{ op: 'explode', id: 'a' }] }],
  ['an event with a number for a name', { type: 'event', seq: 1, widgetId: WIDGET, event: 7, data: null }],
  ['a seq that is no whole number', { type: 'received', seq: 1.5 }],
  ['hello again', { type: 'hello', protocol: 1, ticket: 'x', limits: RAW_LIMITS }],
]

/** V: the wire. */
export function wireRules(start: StartStage, subject: Subject): void {
  const roles = new Map<PeerRole, string>([
    ['window', 'window'],
    ['program', 'program'],
  ])

  describe.each([...roles.keys()])('the wire of a %s', (role) => {
    it('[V1] a message is one frame, the same on every carrier, typed arrays too', async () => {
      const stage = start()
      const raw = await greet(await stage.line(role), { ticket: stage.ticket(role) })
      const record = {
        id: 'a',
        type: 'kinds',
        props: {
          arrays: [
            new Int8Array([-1]),
            new Uint8Array([0, 255]),
            new Uint8ClampedArray([255]),
            new Int16Array([-300]),
            new Uint16Array([65_535]),
            new Int32Array([-70_000]),
            new Uint32Array([4_294_967_295]),
            new Float32Array([0.5]),
            new Float64Array([Math.PI, Number.NaN]),
          ],
          buffer: new Uint8Array([0, 1, 254, 255]).buffer,
          json: [null, true, -1.5, 2 ** 40, '', 'é漢🎈', { deep: [{}] }],
        },
      }
      stage.room.edit([{ op: 'put', record }])
      stage.room.edit([{ op: 'title', title: 'second' }])
      raw.carrier.send({ type: 'ping', id: 7 })
      await raw.next('pong')
      const { epoch } = stage.room.journal
      expect(raw.heard.map(({ type }) => type)).toEqual(['welcome', 'snapshot', 'commit', 'commit', 'pong'])
      expect(raw.heard.slice(1)).toEqual([
        { type: 'snapshot', epoch, version: 0, document: { title: '', roots: [], records: [] } },
        { type: 'commit', commit: { epoch, version: 1, origin: null, ops: [{ op: 'put', record }] } },
        { type: 'commit', commit: { epoch, version: 2, origin: null, ops: [{ op: 'title', title: 'second' }] } },
        { type: 'pong', id: 7 },
      ])
    })

    it('[L5] the session knows which arguments a connection gave, and a bounded number of them', async () => {
      const stage = start()
      const given = { year: '2026', é: '' }
      await greet(await stage.line(role), { ticket: stage.ticket(role), arguments: given })
      const [peer] = stage.room.peers(role)
      expect(peer!.request.arguments).toEqual(given)
      expect(peer!.request.cookies).toEqual({})
      if (subject.lines[role].isBounded) expect(peer!.request.headers['host']).toMatch(/^127\.0\.0\.1:\d+$/)
      else expect(peer!.request.headers).toEqual({})
      for (const wrong of [
        { n: 1 },
        { long: 'x'.repeat(5000) },
        Object.fromEntries(Array.from({ length: 65 }, (_, n) => [n, ''])),
      ]) {
        const refused = greet(await stage.line(role), { ticket: stage.ticket(role), arguments: wrong })
        await expect(refused).rejects.toMatchObject({ end: { code: CLOSE.badMessage } })
      }
    })

    it('[V2] whoever begins with anything else than a proper hello is sent away with a reason, logged once', async () => {
      const stage = start()
      const bystander = await stage.join('program')
      for (const [what, message] of FIRST) {
        const raw = new RawClient(await (await stage.line(role)).open())
        raw.carrier.send(message)
        await expectSentAway(stage, raw, what)
      }
      expect(stage.ends.map(({ code }) => code)).toEqual([...Array<number>(5).fill(CLOSE.badMessage), CLOSE.badVersion])
      expect(bystander.line.opened).toBe(1)
      await bystander.client.flush()
    })

    it('[V2] so is whoever begins with what is no message on its carrier', async () => {
      const stage = start()
      const names = [...(await stage.line(role)).garbage.keys()]
      expect(names.length).toBeGreaterThan(5)
      for (const name of names) {
        const line = await stage.line(role)
        const raw = new RawClient(await line.open())
        await expect.poll(() => stage.carriers.length, { interval: 2 }).toBe(stage.ends.length + 1)
        line.garbage.get(name)!()
        await expectSentAway(stage, raw, name)
      }
    })

    it('[V2] so is who was welcomed and then says such a thing, and nobody else notices', async () => {
      const stage = start()
      const bystander = await stage.join('program')
      for (const [what, message] of LATER) {
        const raw = await greet(await stage.line(role), { ticket: stage.ticket(role) })
        raw.carrier.send(message)
        await expectSentAway(stage, raw, what)
      }
      const names = [...(await stage.line(role)).garbage.keys()]
      for (const name of names) {
        const line = await stage.line(role)
        const raw = await greet(line, { ticket: stage.ticket(role) })
        line.garbage.get(name)!()
        await expectSentAway(stage, raw, name)
      }
      expect(new Set(stage.ends.map(({ code }) => code))).toEqual(new Set([CLOSE.badMessage]))
      expect(stage.room.journal.version).toBe(0)
      bystander.client.document.transact((tx) => tx.title('goes on'))
      await bystander.client.flush()
      expect([bystander.line.opened, stage.room.journal.state.title]).toEqual([1, 'goes on'])
    })

    it('[V3] errors are a code and a public message, never a stack', async () => {
      const secret = new Error('secret of /home/someone')
      const stage = start({
        onCall: async () => {
          throw secret
        },
      })
      const script = await stage.join('script')
      script.client.onEvent(() => {
        throw new TypeError('no such column')
      })
      const raw = await greet(await stage.line(role), { ticket: stage.ticket(role) })
      const widgetId = role === 'window' ? WIDGET : ''
      raw.carrier.send({ type: 'event', seq: 1, widgetId, event: 'x', data: null, requestId: 'r1' })
      const failed = await raw.next('reply')
      raw.carrier.send({ type: 'call', seq: 2, requestId: 'r2', method: 'server.info', params: null })
      const internal = await raw.next('reply')
      raw.carrier.send({ type: 'edit', mutationId: 'm', ops: [{ op: 'set', id: 'nowhere', path: ['n'], value: 1 }] })
      const refused = await raw.next('reject')
      expect([failed, internal].map((reply) => (reply.ok ? null : reply.error))).toEqual([
        { code: 'handler_failed', message: 'The handler of "x" failed: no such column', retryable: false },
        { code: 'internal', message: expect.stringContaining('went wrong') as string, retryable: false },
      ])
      expect(Object.keys(refused.error).toSorted()).toEqual(['code', 'message', 'retryable'])
      expect(JSON.stringify(raw.heard)).not.toMatch(/secret|stack|\.ts|node:|\n +at /)
    })

    it('[V4] limits are exchanged in hello and welcome', async () => {
      const stage = start()
      const { welcome } = await greet(await stage.line(role), { ticket: stage.ticket(role) })
      expect(welcome.limits).toEqual({ maxMessageBytes: 20 * 1024 * 1024 })
    })

    if (subject.lines[role].isBounded) {
      it('[V4] the room ends a connection for a frame over the limit, and takes one just below it', async () => {
        const stage = start({ maxMessageBytes: 10_000 })
        const pad =
          10_000 - encode({ type: 'event', seq: 1, widgetId: '', event: 'x', data: new Uint8Array(5000) }).length
        const event = (seq: number, bytes: number) => {
          const data = new Uint8Array(5000 + bytes)
          return {
            type: 'event',
            seq,
            widgetId: role === 'window' ? WIDGET : '',
            event: 'x',
            data,
            requestId: `r${seq}`,
          }
        }
        const raw = await greet(await stage.line(role), { ticket: stage.ticket(role) })
        raw.carrier.send(event(1, pad - 100))
        expect((await raw.next('reply')).requestId).toBe('r1')
        raw.carrier.send(event(2, pad + 100))
        expect(await raw.end).toMatchObject({ code: CLOSE.tooLarge })
        await expect.poll(() => stage.warnings.length).toBe(1)
      })

      it('[V4] a client does not even send what is over the limit: too_large with both sizes, and it stays connected', async () => {
        const stage = start()
        const { client, line } = await stage.join(role)
        const data = new Uint8Array(DEFAULT_MAX_MESSAGE_BYTES + 1)
        await expect(client.request(role === 'window' ? WIDGET : '', 'x', data)).rejects.toMatchObject({
          code: 'too_large',
          message: expect.stringMatching(/20,971,\d{3}.*20,971,520/) as string,
        })
        await client.flush()
        expect([client.state, line.opened]).toEqual(['open', 1])
      })
    }
  })
}

/** It ends with a code of ours and a reason, the same at both sides, and there is one more line in the log. */
async function expectSentAway(stage: SessionStage, raw: RawClient, what: string): Promise<void> {
  const { code, reason } = await raw.end
  expect(code, what).toBeGreaterThanOrEqual(4000)
  expect(code, what).toBeLessThan(5000)
  expect(reason, what).toMatch(/\w{4}/)
  expect(reason, what).not.toMatch(/\n|\.ts/)
  expect(
    raw.heard.map(({ type }) => type).filter((type) => type !== 'welcome' && type !== 'snapshot' && type !== 'gone'),
  ).toEqual([])
  await expect.poll(() => stage.ends.at(-1), { message: what, interval: 2 }).toEqual({ code, reason })
  // One line for each that was sent away so far.
  expect(stage.warnings.length, what).toBe(stage.ends.length)
  expect(stage.warnings.at(-1)?.fields, what).toMatchObject({ code })
}
