import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Value } from '../../../../src/shared/value.ts'
import { RoomHarness } from '../../../support/room-harness.ts'
import { Workspace } from './support/workspace.ts'
import type { Watched } from './support/workspace.ts'

let space: Workspace
let harness: RoomHarness
let calls: { method: string; params: unknown }[]
beforeEach(() => {
  space = new Workspace(new URL('../../../../src/main/scripts/worker.ts', import.meta.url))
  calls = []
  harness = new RoomHarness({
    onCall: async (_peer, method, params) => {
      calls.push({ method, params })
      return null
    },
  })
})
afterEach(async () => {
  await space[Symbol.asyncDispose]()
  await harness.close()
})

/** Runs a script in the room of the harness. */
async function start(content: string): Promise<Watched> {
  const peer = harness.room.addPeer('script', null)
  const ticket = harness.lobby.issueTicket({ room: harness.room, peer }, 60_000)
  space.write('main.ts', content)
  const script = await space.start('main.ts', undefined, { ticket, carrierUnread: true })
  harness.lobby.receive(script.run.carrier)
  return script
}

test('[K1] [K2] a script shows a widget in its room, and answers what a window of it asks', async () => {
  const script = await start(`
    import { session, show } from 'oriel'
    const widget = await show('<b id="n">0</b>', { title: 'Counter' })
    let n = 0
    widget.on('add', async (data) => {
      n += data as number
      await widget.patch('#n', String(n))
      return [n, session.get('clientId'), session.get('sessionId'), session.get('connectionId')]
    })
    console.log(session.get('clientId'), session.get('sessionId'))
    await widget.closed
    console.log('closed')
  `)
  expect(await script.printed('client')).toBe('client-1 session-1')
  expect(calls).toEqual([{ method: 'window.open', params: { widgetId: 'w1' } }])
  const window = await harness.join('window', 'w1')
  const props = (): Record<string, Value> => window.session.document.get('widget:w1')!.props
  expect(props()).toMatchObject({ title: 'Counter', content: { kind: 'html', html: '<b id="n">0</b>' } })
  const { connectionId } = window.session
  expect(await window.session.request('w1', 'add', 2)).toEqual([2, 'client-1', 'session-1', connectionId])
  expect(await window.session.request('w1', 'add', 3)).toEqual([5, 'client-1', 'session-1', connectionId])
  await expect.poll(() => props()['patches']).toEqual({ '#n': '5' })
  await expect(window.session.request('w1', 'other')).rejects.toMatchObject({ code: 'no_handler' })

  const peer = harness.room.peers('script')[0]!
  await harness.room.exchange.ask(peer, 'w1', 'oriel:window-closed', null, 1000)
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(script.lines.at(-1)).toBe('closed')
  expect(window.session.document.get('widget:w1')).toBeUndefined()
})

test('a script with a wrong ticket fails and says why', async () => {
  space.write('main.ts', 'console.log(1)')
  const script = await space.start('main.ts', undefined, { ticket: 'wrong', carrierUnread: true })
  harness.lobby.receive(script.run.carrier)
  expect(await script.exit).toMatchObject({ kind: 'failed', problem: { code: 'ticket_refused' } })
})

test('a room that closes ends its script', async () => {
  const script = await start(`
    import { session, show } from 'oriel'
    session.onClose(() => console.log('bye'))
    await show('<p>')
    setInterval(() => {}, 1000)
    console.log('up')
  `)
  await script.printed('up')
  await harness.close()
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(script.lines).toEqual(['up', 'bye'])
})
