import { describe, expect, it } from 'vitest'
import { OrielError } from '../../../../src/shared/errors.ts'
import { reached, WIDGET, type StartStage } from '../../../support/session-stage.ts'

/** L: a session's life. */
export function lifeRules(start: StartStage): void {
  describe('the life of a session', () => {
    it('[L1] an attach that fails leaves nothing behind, and can be tried again', async () => {
      let problem: OrielError | null = new OrielError('script_failed', 'The script failed: no such column')
      const stage = start({ programRefusal: () => problem })
      const early = await stage.place('program')
      await expect(early.client.connect()).rejects.toMatchObject({ code: 'script_failed' })
      expect(stage.room.peers('program')).toEqual([])
      await expect.poll(() => stage.ends.length).toBe(1)
      problem = null
      const again = await stage.join('program')
      expect(again.client.state).toBe('open')
      expect(stage.room.peers('program')).toHaveLength(1)
    })

    it('[L2] who was cut off keeps its place, and the script runs on; who left has none', async () => {
      const stage = start()
      const { script, window, program } = await stage.three()
      const heard: unknown[] = []
      window.client.onEvent(({ data }) => void heard.push(data))
      const places = [stage.room.peers('window')[0], stage.room.peers('program')[0]]
      for (const each of [window, program]) {
        each.line.reachable = false
        each.line.cut()
        await reached(each, 'reconnecting')
      }
      await expect.poll(() => places.map((peer) => peer?.attached)).toEqual([false, false])
      // Both count as there, and what is sent is kept for them.
      expect(await script.client.emit(WIDGET, 'n', 1)).toBe(1)
      expect(await script.client.emit('', 'n', 1)).toBe(1)
      for (const each of [window, program]) {
        each.line.reachable = true
        await reached(each, 'open')
      }
      expect(await script.client.request(WIDGET, 'n', 2)).toBeNull()
      expect(heard).toEqual([1, 2])
      expect([stage.room.peers('window')[0], stage.room.peers('program')[0]]).toEqual(places)
      await program.client.close()
      await expect.poll(() => stage.room.peers('program')).toEqual([])
      expect(script.client.state).toBe('open')
    })

    it('[L4] what is still asked of a session that has closed does nothing and harms nobody', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      script.client.document.transact((tx) => tx.title('before'))
      await stage.inStep(...all)
      const peer = stage.room.peers('window')[0]!
      stage.lobby.removeRoom(stage.room)
      await stage.room.close(new OrielError('session_gone', 'This session has ended.'))
      const late = stage.lobby.issueTicket({ room: stage.room, peer }, 1000)
      stage.room.edit([{ op: 'title', title: 'too late' }])
      script.client.document.transact((tx) => tx.title('mine alone'))
      for (const { client } of all) {
        await expect(client.flush()).rejects.toMatchObject({ code: 'session_gone' })
        await expect(client.emit('', 'x')).rejects.toMatchObject({ code: 'session_gone' })
      }
      await stage.room.close(new OrielError('closed', 'Again.'))
      const uninvited = await stage.place('window', { ticket: late })
      await expect(uninvited.client.connect()).rejects.toMatchObject({ code: 'ticket_refused' })
      expect([stage.room.journal.version, stage.room.journal.state.title]).toEqual([1, 'before'])
      expect([window.client.document.title, program.client.document.title]).toEqual(['before', 'before'])
      expect(stage.room.exchange.openRequests).toBe(0)
    })

    it('[L2] after the grace time a program has no place any more, a window has to start afresh, and the script runs on', async () => {
      const stage = start({ graceMs: 30 })
      const { script, window, program } = await stage.three()
      for (const each of [window, program]) {
        each.line.reachable = false
        each.line.cut()
      }
      await expect.poll(() => stage.room.peers('program')).toEqual([])
      await expect.poll(() => stage.room.peers('window')[0]?.stale).toBe(true)
      expect(await script.client.emit(WIDGET, 'n')).toBe(0)
      for (const [each, code] of [
        [window, 'stale'],
        [program, 'session_gone'],
      ] as const) {
        each.line.reachable = true
        await reached(each, 'closed')
        expect(each.client.error).toMatchObject({ code })
      }
      expect([script.client.state, script.line.opened]).toEqual(['open', 1])
    })
  })
}
