import { describe, expect, it } from 'vitest'
import { OrielError } from '../../../../src/shared/errors.ts'
import { CLOSE } from '../../../../src/shared/protocol.ts'
import { SocketLine } from '../../../support/lines/socket.ts'
import { greet } from '../../../support/raw-client.ts'
import { reached, SERVER_INFO, type StageClient, type StartStage } from '../../../support/session-stage.ts'

const NEVER = new Promise<never>(() => {})

/** D: attaching. */
export function attachRules(start: StartStage): void {
  describe('attaching', () => {
    it('[D1] making a client opens no connection; connecting opens one', async () => {
      const program = await start().place('program')
      await new Promise((resolve) => setImmediate(resolve))
      expect([program.line.opened, program.client.state]).toEqual([0, 'idle'])
      await program.client.connect()
      expect([program.line.opened, program.client.state]).toEqual([1, 'open'])
    })

    it('[D2] nobody where it calls: not_connected, and the same for what is asked later', async () => {
      const program = await start().place('program')
      program.line.reachable = false
      await expect(program.client.connect()).rejects.toMatchObject({ code: 'not_connected' })
      expect(program.client.error).toMatchObject({ code: 'not_connected' })
      expect(program.client.state).toBe('closed')
      await expect(program.client.request('', 'x')).rejects.toBe(program.client.error)
      await expect(program.client.flush()).rejects.toBe(program.client.error)
    })

    it('[D2] nobody who answers: timeout within connectTimeoutMs', async () => {
      const program = await start({ deaf: true }).place('program', { connectTimeoutMs: 60 })
      const started = performance.now()
      await expect(program.client.connect()).rejects.toMatchObject({ code: 'timeout' })
      expect(performance.now() - started).toBeLessThan(2000)
      expect(program.client.error).toMatchObject({ code: 'timeout' })
    })

    it('[D2] [D6] a ticket that was used, is too old, or is none at all: ticket_refused', async () => {
      const stage = start()
      const ticket = stage.ticket('program')
      await (await stage.place('program', { ticket })).client.connect()
      for (const refused of [ticket, stage.ticket('program', 0), 'wrong', '']) {
        const program = await stage.place('program', { ticket: refused })
        await expect(program.client.connect()).rejects.toMatchObject({ code: 'ticket_refused' })
        expect(program.client.error).toMatchObject({ code: 'ticket_refused' })
      }
      expect(stage.room.peers('program')).toHaveLength(1)
    })

    it('[D2] a session whose script has failed: script_failed, with what was wrong', async () => {
      const failure = new OrielError('script_failed', 'The script failed: no such column')
      const program = await start({ programRefusal: () => failure }).place('program')
      const { code, message } = failure
      await expect(program.client.connect()).rejects.toMatchObject({ code, message })
      expect(program.client.error).toMatchObject({ code, message })
    })

    it('[D3] await using closes once, each side hears of it once, and every call after it says closed', async () => {
      const stage = start()
      const states: string[] = []
      let left: StageClient
      {
        left = await stage.place('program')
        await using client = left.client
        client.onStateChange((state) => states.push(state))
        await client.connect()
      }
      const { client } = left
      await client.close('again')
      await expect.poll(() => stage.ends).toEqual([{ code: CLOSE.normal, reason: 'closed' }])
      expect(states).toEqual(['connecting', 'open', 'closed'])
      for (const call of [
        () => client.flush(),
        () => client.settled(),
        () => client.refresh(),
        () => client.push(client.document),
        () => client.emit('', 'x'),
        () => client.request('', 'x'),
        () => client.call('server.info', null),
      ])
        await expect(call()).rejects.toMatchObject({ code: 'closed' })
      expect(stage.room.peers('program')).toEqual([])
      expect(stage.warnings).toEqual([])
    })

    it('[D3] closing settles what waits, and connecting too', async () => {
      const stage = start()
      const { script, program } = await stage.three()
      script.client.onEvent(() => NEVER)
      const asked = program.client.request('', 'never')
      const outcome = expect(asked).rejects.toMatchObject({ code: 'closed' })
      await program.client.close()
      await outcome
      const hasty = await stage.place('program')
      const connecting = expect(hasty.client.connect()).rejects.toMatchObject({ code: 'closed' })
      await hasty.client.close()
      await connecting
      await expect.poll(() => stage.room.peers('program')).toEqual([])
    })

    it('[D4] each state is told; who was cut off comes back by itself, and who is sent away does not', async () => {
      const stage = start()
      const { all, script, window, program } = await stage.three()
      const states = new Map<StageClient, string[]>()
      for (const each of all) {
        const told: string[] = []
        states.set(each, told)
        each.client.onStateChange((state) => told.push(state))
      }
      for (const each of all) {
        const back = reached(each, 'reconnecting').then(() => reached(each, 'open'))
        each.line.cut()
        await back
      }
      script.client.document.transact((tx) => tx.title('back'))
      await stage.inStep(...all)
      expect(window.client.document.title).toBe('back')
      stage.room.removePeer(stage.room.peers('program')[0]!, new OrielError('session_gone', 'over'))
      await reached(program, 'closed')
      expect(program.client.error).toMatchObject({ code: 'session_gone' })
      for (const told of states.values()) expect(told.slice(0, 2)).toEqual(['reconnecting', 'open'])
      expect([...states.values()].map((told) => told.slice(2))).toEqual([[], [], ['closed']])
    })

    it('[D5] a program is told of the server before there is any document', async () => {
      const program = await start().join('program')
      expect(program.client.document.version).toBe(0)
      expect(await program.client.call('server.info', null)).toEqual(SERVER_INFO)
    })

    it('[D6] the ticket is in the first message and nowhere before it', async () => {
      const stage = start()
      const ticket = stage.ticket('program')
      const program = await stage.place('program', { ticket })
      await program.client.connect()
      if (program.line instanceof SocketLine) {
        expect(program.line.requestHead).toMatch(/^GET \/ws HTTP/)
        expect(program.line.requestHead).not.toContain(ticket)
      }
      // Nor is a connection let in that has only called.
      const line = await stage.line('program')
      await line.open()
      await expect.poll(() => stage.carriers.length, { interval: 2 }).toBe(2)
      expect(stage.room.peers('program')).toHaveLength(1)
    })

    it('[D6] each welcome brings a new secret; the one before is good until the new one was answered to', async () => {
      const stage = start()
      const line = await stage.line('program')
      const ticket = stage.ticket('program')
      const first = await greet(line, { ticket })
      line.cut()
      // The answer to it is lost: the secret it brought is never used.
      const second = await greet(line, { resume: first.welcome.resume })
      line.cut()
      const third = await greet(line, { resume: first.welcome.resume })
      const secrets = [first, second, third].map(({ welcome }) => welcome.resume)
      expect(new Set([ticket, ...secrets]).size).toBe(4)
      third.carrier.send({ type: 'ping', id: 1 })
      await third.next('pong')
      line.cut()
      for (const old of secrets.slice(0, 2)) {
        const { end, gone } = await greet(line, { resume: old }).then(
          () => expect.unreachable('an old secret was good'),
          (refusal: { end: unknown; gone: unknown }) => refusal,
        )
        expect(gone).toMatchObject({ code: 'session_gone' })
        expect(end).toMatchObject({ code: CLOSE.sessionGone })
      }
      const fourth = await greet(line, { resume: third.welcome.resume })
      expect(fourth.welcome.clientId).toBe(first.welcome.clientId)
      expect(stage.room.peers('program')).toHaveLength(1)
    })
  })
}
