import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RoomClient } from '../../../../src/client/room-client.ts'
import { WindowKeys } from '../../../../src/main/engine/window-keys.ts'
import type { Page } from '../../../../src/main/server/types.ts'
import { widgetRecordId } from '../../../../src/shared/records.ts'
import { memoryLink } from '../../../support/link.ts'
import { RoomHarness, reached } from '../../../support/room-harness.ts'

const ORIGIN = 'http://127.0.0.1:81'
let harness: RoomHarness
let keys: WindowKeys
let sessions: RoomClient[]

beforeEach(() => {
  harness = new RoomHarness()
  keys = new WindowKeys({ lobby: harness.lobby, now: Date.now })
  sessions = []
  const record = { id: widgetRecordId('w1'), type: 'widget', scope: 'view' as const, props: { widgetId: 'w1' } }
  harness.room.edit([{ op: 'put', record }])
})
afterEach(async () => {
  for (const session of sessions) await session.close()
  await harness.close()
})

/** A window of the widget, with the address that is printed for it. */
function printed(): { key: string; url: string } {
  const { key, path } = keys.add(harness.room, harness.room.addPeer('window', 'w1'), 60_000)
  return { key, url: ORIGIN + path }
}
const view = (url: string): string => ORIGIN + keys.addView(url, 60_000)

/** What loading an address does; null if it is not let in. */
function load(url: string): Page | null {
  const { pathname, searchParams } = new URL(url)
  const key = pathname.slice('/w/'.length)
  const secret = keys.admit(key, searchParams.get('ticket') ?? '')
  return secret === null ? null : keys.page(key, secret)
}

/** The page's own connection. */
async function connect(page: Page | null): Promise<RoomClient> {
  const open = async () => {
    const link = memoryLink()
    harness.lobby.receive(link.b)
    return link.a
  }
  const session = new RoomClient({ ticket: page?.ticket() ?? '', open })
  sessions.push(session)
  await session.connect()
  return session
}

describe('a look at a window', () => {
  test('[H16] shows the same widget and leaves the printed address as it is', () => {
    const { url } = printed()
    expect(load(view(url))?.widget).toEqual({ widgetId: 'w1' })
    expect(load(url)?.widget).toEqual({ widgetId: 'w1' })
  })

  test('[D6] has an address that lets in once', () => {
    const look = view(printed().url)
    expect(load(look)).not.toBe(null)
    expect(load(look)).toBe(null)
  })

  test('[H16] leaves whoever has the window open connected, and its own place ends with it', async () => {
    const { url } = printed()
    const person = await connect(load(url))
    const look = await connect(load(view(url)))
    expect(look.state).toBe('open')
    expect(person.state).toBe('open')
    expect(harness.room.peers('window')).toHaveLength(2)
    await look.close()
    await expect.poll(() => harness.room.peers('window').length).toBe(1)
    expect(person.state).toBe('open')
  })

  test('a place that nobody comes to is given up', async () => {
    await harness.close()
    harness = new RoomHarness({ graceMs: 5 })
    keys = new WindowKeys({ lobby: harness.lobby, now: Date.now })
    view(printed().url)
    expect(harness.room.peers('window')).toHaveLength(2)
    await expect.poll(() => harness.room.peers('window').length).toBe(1)
  })

  test('is over when the window is closed', async () => {
    const { key, url } = printed()
    const look = view(url)
    keys.remove(key)
    expect(load(look)).toBe(null)
    expect(keys.addView(url, 60_000)).toBe(null)
    expect(keys.addView(`${ORIGIN}/elsewhere`, 60_000)).toBe(null)
  })

  test('a second look works as the first did', async () => {
    const { url } = printed()
    for (let look = 0; look < 3; look++) {
      const session = await connect(load(view(url)))
      await reached(session, 'open')
      await session.close()
    }
    expect(load(url)).not.toBe(null)
  })
})
