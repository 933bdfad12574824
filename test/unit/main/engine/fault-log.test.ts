import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Lobby } from '../../../../src/main/engine/lobby.ts'
import { CLOSE } from '../../../../src/shared/protocol.ts'
import { memoryLink } from '../../../support/link.ts'
import { RoomHarness } from '../../../support/room-harness.ts'
import { keptLog } from '../server/support.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const limits = { maxMessageBytes: 1000 }

describe('who sends bad messages without end', () => {
  it('[V2] cannot fill the log: 10,000 bad connections in a minute are 20 lines and one count of each kind', async () => {
    const log = keptLog()
    const lobby = new Lobby({ now: Date.now, log })
    let refused = 0
    const dial = async (message: object) => {
      const link = memoryLink()
      link.a.onClose((code) => {
        if (code === CLOSE.badMessage || code === CLOSE.ticketRefused) refused++
      })
      lobby.receive(link.b)
      link.a.send(message)
      await vi.advanceTimersByTimeAsync(5)
    }
    for (let n = 0; n < 5000; n++) {
      await dial({ type: 'nonsense', n })
      await dial({ type: 'hello', protocol: 1, ticket: `guess ${n}`, limits })
    }
    expect(refused).toBe(10_000)
    expect(log.lines).toHaveLength(20)
    expect(log.lines[0]).toEqual({
      level: 'warn',
      message: 'a connection was refused',
      fields: { code: CLOSE.badMessage, reason: 'The message has an unknown type.' },
    })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(log.lines.slice(20)).toEqual([
      { level: 'warn', message: 'a connection was refused, again and again', fields: { times: 9980 } },
    ])
    // A later one has a line of its own again.
    await dial({ type: 'nonsense' })
    expect(log.lines).toHaveLength(22)
    lobby.close()
    expect(log.lines).toHaveLength(22)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('[V2] nor can one who has a place in a room; what was counted is written when the room closes', async () => {
    const log = keptLog()
    const harness = new RoomHarness({ log })
    for (let n = 0; n < 50; n++) {
      const link = memoryLink()
      harness.lobby.receive(link.b)
      const ticket = harness.lobby.issueTicket({ room: harness.room, peer: null }, 1000)
      link.a.send({ type: 'hello', protocol: 1, ticket, limits })
      link.a.send({ type: 'edit', mutationId: 'm', ops: n })
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(log.lines).toHaveLength(20)
    expect(log.lines[0]).toEqual({
      level: 'warn',
      message: 'a connection was ended',
      fields: {
        sessionId: 'session-1',
        role: 'program',
        code: CLOSE.badMessage,
        reason: expect.stringContaining('ops') as string,
      },
    })
    await harness.close()
    expect(log.lines.slice(20)).toEqual([
      { level: 'warn', message: 'a connection was ended, again and again', fields: { times: 30 } },
    ])
  })
})
