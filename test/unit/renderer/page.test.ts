// @vitest-environment jsdom
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { OrielError } from '../../../src/shared/errors.ts'
import '../../support/dom.ts'
import type { FakeLink } from '../../support/fake-link.ts'

/** The page's connection, made by the mock below. */
let link: FakeLink & { connected: PromiseWithResolvers<void> }

const opened = (made: typeof link) => (link = made)

vi.mock('../../../src/client/room-client.ts', async () => {
  const { FakeLink: Base } = await import('../../support/fake-link.ts')
  return {
    RoomClient: class extends Base {
      connected = Promise.withResolvers<void>()
      constructor() {
        super()
        opened(this)
      }
      connect() {
        return this.connected.promise
      }
    },
  }
})

const boot = {
  sessionId: 's',
  clientId: 'c',
  widgetId: 'main',
  revision: 'r',
  socket: '/ws',
  theme: 'dark',
  view: null,
  frame: null,
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 20))
const shell = () => document.querySelector('oriel-shell')?.shadowRoot

beforeAll(async () => {
  // The page draws by itself here, as it does outside tests.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false })
  document.body.innerHTML = `<main id="oriel-content"><button data-event="add">Add</button></main>
    <script type="application/json" id="oriel-boot">${JSON.stringify(boot)}</script>`
  await import('../../../src/renderer/page.ts')
  await settle()
})
beforeEach(() => {
  link.answer = () => null
})
const click = async () => {
  document.querySelector('button')?.click()
  await settle()
}

describe('a window’s page', () => {
  it('has its theme and window.oriel before it is connected, and keeps what happens until then', async () => {
    expect(document.documentElement.dataset.theme).toBe('dark')
    expect(window.oriel).toBeDefined()
    expect(window.orielEarly).toBeUndefined()
    await click()
    expect(link.sent).toEqual([])
    link.connected.resolve()
    await settle()
    expect(link.sent).toEqual([{ widgetId: 'main', type: 'add', data: {} }])
  })

  it('passes the script’s events to window.oriel and refuses those that nobody hears', async () => {
    window.oriel?.on('ask', (data) => `got ${JSON.stringify(data)}`)
    expect(await link.receive('ask', 1)).toBe('got 1')
    await expect(link.receive('other', null)).rejects.toMatchObject({ code: 'no_handler' })
  })

  it('says in a toast when a handler failed, and loads the shell only then', async () => {
    expect(shell()).toBeUndefined()
    link.answer = () => Promise.reject(new OrielError('handler_failed', 'The handler of "add" failed.'))
    await click()
    await expect.poll(() => shell()?.querySelector('.toast')?.textContent).toBe('The handler of "add" failed.')
  })

  it('says nothing of errors that come of the connection', async () => {
    link.answer = () => Promise.reject(new OrielError('closed', 'left'))
    await click()
    expect(shell()?.querySelectorAll('.toast').length).toBe(1)
  })
})
