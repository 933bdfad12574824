import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RoomClient } from '../../../../src/client/room-client.ts'
import { TakeoverStage } from '../../../support/takeover-stage.ts'
import type { StageHandler } from '../../../support/takeover-stage.ts'

/** Adds one to what is stored, and gives it. */
const add: StageHandler = (_event, { document }) => {
  const before = document.get('n')?.props['value'] as number | undefined
  document.transact((tx) => tx.put({ id: 'n', type: 'n', scope: 'state', props: { value: (before ?? 0) + 1 } }))
  return (before ?? 0) + 1
}
const countIn = ({ document }: RoomClient): unknown => document.get('n')?.props['value']
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

describe('a session that another process takes over', () => {
  let stage: TakeoverStage
  beforeEach(() => {
    stage = new TakeoverStage()
  })
  afterEach(() => stage.close())

  test('[X3] goes on with what was stored, and its windows come back to it by themselves', async () => {
    await stage.start(add)
    const window = await stage.window()
    expect(await window.request('w1', 'add')).toBe(1)
    stage.crash()
    const asked = window.request('w1', 'add')
    await stage.start(add)
    expect(await asked).toBe(2)
    expect(countIn(window)).toBe(2)
  })

  test('[X5] an event is answered only once what it changed is stored; until then it is handled again', async () => {
    await stage.start(add)
    const window = await stage.window()
    await window.request('w1', 'add')
    stage.holdStore()
    const asked = window.request('w1', 'add')
    await expect.poll(() => countIn(window)).toBe(2)
    expect(await Promise.race([asked, later()])).toBeUndefined()
    stage.crash()
    await stage.start(add)
    expect(await asked).toBe(2)
    expect(countIn(window)).toBe(2)
  })

  test('[X5] one that was stored, and whose answer was lost, is answered again and not handled again', async () => {
    const room = await stage.start(add)
    const window = await stage.window()
    const release = stage.holdStore()
    const asked = window.request('w1', 'add')
    await expect.poll(() => countIn(window)).toBe(1)
    // What it changed is stored, and in the same moment the way to the client is gone.
    const stored = room.journal.stored()
    for (const peer of room.peers('window')) peer.carrier!.send = () => {}
    release()
    await stored
    await later()
    stage.crash()
    let handled = 0
    await stage.start((event, script) => {
      handled++
      return add(event, script)
    })
    expect(await asked).toBe(1)
    expect([handled, countIn(window)]).toEqual([0, 1])
    expect(await window.request('w1', 'add')).toBe(2)
  })

  test('[X5] one whose handler had changed something and not ended is not handled again, and its sender is told', async () => {
    const room = await stage.start(async (event, script) => {
      add(event, script)
      await new Promise(() => {})
    })
    const window = await stage.window()
    const asked = window.request('w1', 'add')
    await expect.poll(() => countIn(window)).toBe(1)
    await room.journal.flush()
    stage.crash()
    await stage.start(add)
    await expect(asked).rejects.toMatchObject({ code: 'owner_lost', retryable: false })
    expect(countIn(window)).toBe(1)
  })

  test('[X5] of many events that nobody wants an answer to each counts once', async () => {
    await stage.start(add)
    const window = await stage.window()
    for (let n = 0; n < 30; n++) {
      void window.emit('w1', 'add')
      if (n % 10 !== 9) continue
      await later()
      stage.crash()
      await stage.start(add)
    }
    expect(await window.request('w1', 'add')).toBe(31)
  })

  test('[X5] what is kept of events that were answered does not grow', async () => {
    const room = await stage.start(add)
    const window = await stage.window()
    for (let n = 0; n < 200; n++) await window.request('w1', 'add')
    await expect
      .poll(async () => {
        await window.request('w1', 'add')
        const row = room.journal.aside!.all().records.find(({ id }) => id.includes('peer'))!
        return (row.props['done'] as unknown[]).length
      })
      .toBeLessThan(60)
  })

  test('[X5] nothing of it is in the document, for windows or in what the next process loads', async () => {
    const room = await stage.start(add)
    const window = await stage.window()
    await window.request('w1', 'add')
    const ids = () => [...window.document.records()].map(({ id }) => id).sort()
    expect(ids()).toEqual(['n'])
    stage.crash()
    const next = await stage.start(add)
    expect(await window.request('w1', 'add')).toBe(2)
    expect(ids()).toEqual(['n'])
    expect([...next.journal.state.records()].map(({ id }) => id)).toEqual(['n'])
    expect(room.journal.epoch).not.toBe(next.journal.epoch)
  })

  test('[X6] a secret is worth nothing once the session has ended, nor when it is forged', async () => {
    const room = await stage.start(add)
    const window = await stage.window()
    const secret = window.token!
    const [sessionId, payload] = secret.split('.')
    expect(room.readmit(`${sessionId}.${payload}.${'A'.repeat(43)}`)).toBeNull()
    expect(room.readmit(`${sessionId}..`)).toBeNull()
    expect(room.readmit('')).toBeNull()
    await stage.end()
    const next = await stage.start(add)
    expect(next.readmit(secret)).toBeNull()
    expect(window.state).toBe('closed')
  })
})
