import { expect, test, vi } from 'vitest'
import { session } from '../../../src/sdk/index.ts'
import { CLIENT_ATTACHED_EVENT, CLIENT_LEFT_EVENT, DOCUMENT_WIDGET_ID } from '../../../src/shared/calls.ts'
import { startSession } from './support/sessions.ts'

const client = (connectionId: string, year = '2026') => ({
  connectionId,
  role: 'window' as const,
  widgetId: 'w1',
  request: { arguments: { year }, headers: { 'user-agent': 'Test' }, cookies: {} },
})

test('[L3] onCreate runs in the first run alone, before what follows it; a throw is reported and stops nothing', async () => {
  const first = startSession('one', { isNew: true })
  const order: string[] = []
  await first.run(async () => {
    await session.onCreate(async () => {
      await Promise.resolve()
      order.push('created')
    })
    order.push('body')
    await session.onCreate(() => {
      throw new Error('no disk')
    })
    order.push('rest')
  })
  expect(order).toEqual(['created', 'body', 'rest'])
  expect(first.problems).toEqual([new Error('no disk')])

  const again = startSession('one')
  const hook = vi.fn()
  await again.run(() => session.onCreate(hook))
  expect(hook).not.toHaveBeenCalled()
})

test('[L3] onAttach hears of each client once, of those too that came before, in their context; a throw is reported', async () => {
  const one = startSession('one')
  await one.link.event('', CLIENT_ATTACHED_EVENT, client('early'))
  const seen: unknown[] = []
  const remove = one.run(() =>
    session.onAttach(({ connectionId, role }) => {
      seen.push([role, connectionId, session.get('connectionId'), session.get('request').arguments.year])
      if (connectionId === 'bad') throw new Error('not you')
    }),
  )
  one.run(() => session.onAttach(async () => Promise.reject(new Error('later'))))
  await one.link.event('', CLIENT_ATTACHED_EVENT, client('bad', '2025'))
  expect(seen).toEqual([
    ['window', 'early', 'early', '2026'],
    ['window', 'bad', 'bad', '2025'],
  ])
  await expect.poll(() => one.problems).toEqual([new Error('not you'), new Error('later'), new Error('later')])
  remove()
  await one.link.event('', CLIENT_ATTACHED_EVENT, client('third'))
  expect(seen).toHaveLength(2)
})

test('[L5] [K2] a handler finds what its event’s connection came with, the body the session’s own arguments', async () => {
  const one = startSession('one')
  const seen: unknown[] = []
  one.run(() => {
    seen.push(session.get('request'))
    session.on('ask', async () => {
      await Promise.resolve()
      seen.push(session.get('request'))
    })
  })
  await one.link.event('', CLIENT_ATTACHED_EVENT, client('window-1'))
  await one.link.event(DOCUMENT_WIDGET_ID, 'ask')
  await one.link.event('', CLIENT_LEFT_EVENT, { connectionId: 'window-1' })
  await one.link.event('', 'ask')
  const own = { arguments: { name: 'one' }, headers: {}, cookies: {} }
  expect(seen).toEqual([own, client('').request, own])
  expect(Object.isFrozen((seen[1] as { headers: object }).headers)).toBe(true)
})

test('[N3] what the window on the document sends reaches session.on', async () => {
  const one = startSession('one')
  one.run(() => session.on('add', (data, { widgetId }) => [data, widgetId, session.get('widgetId')]))
  expect(await one.link.event(DOCUMENT_WIDGET_ID, 'add', { id: 'b' })).toEqual([
    { id: 'b' },
    DOCUMENT_WIDGET_ID,
    DOCUMENT_WIDGET_ID,
  ])
})
