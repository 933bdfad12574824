import { expect, test } from 'vitest'
import { session } from '../../../src/sdk/index.ts'
import { startSession } from './support/sessions.ts'

const code = (expected: string) => expect.objectContaining({ name: 'OrielError', code: expected })

test('[E18] what a program sends reaches the handlers of the session, in its context; the first value answers', async () => {
  const one = startSession('one')
  const seen: unknown[] = []
  const remove = one.run(() =>
    session.on('double', async (data, { type, connectionId, widgetId }) => {
      await Promise.resolve()
      seen.push([type, data, connectionId, widgetId, session.get('sessionId')])
      return (data as number) * 2
    }),
  )
  one.run(() => session.on('*', (_data, { type }) => void seen.push(type)))
  expect(await one.link.event('', 'double', 21)).toBe(42)
  expect(seen).toEqual(['double', ['double', 21, 'window-1', '', 'session-one']])
  remove()
  expect(await one.link.event('', 'double', 1)).toBeNull()
  expect(one.problems).toEqual([])
})

test('[E18] without a handler the program is told how to add one; a handler that throws does not end the run', async () => {
  const one = startSession('one')
  await expect(one.link.event('', 'x')).rejects.toThrow(code('no_handler'))
  one.run(() =>
    session.on('fail', () => {
      throw new Error('no such year')
    }),
  )
  await expect(one.link.event('', 'fail')).rejects.toMatchObject({
    code: 'handler_failed',
    message: 'The handler of "fail" failed: no such year',
  })
  await expect(one.link.event('', 'x')).rejects.toThrow('No handler for "x" of programs. Add one: session.on("x", …).')
  expect(one.problems).toHaveLength(1)
})

test('[E18] emit reaches the programs of the session; what cannot be sent or heard is refused', async () => {
  const one = startSession('one')
  expect(await one.run(() => session.emit('tick', { n: 1 }))).toBe(1)
  expect(one.link.emitted).toEqual([{ widgetId: '', type: 'tick', data: { n: 1 } }])
  await expect(one.run(() => session.emit('oriel:x'))).rejects.toThrow(code('bad_value'))
  await expect(one.run(() => session.emit('x', (() => {}) as never))).rejects.toThrow(code('bad_value'))
  await expect(session.emit('x')).rejects.toThrow(code('no_session'))
  expect(() => session.on('x', () => {})).toThrow(code('no_session'))
  expect(() => one.run(() => session.on('', () => {}))).toThrow(code('bad_value'))
  expect(() => one.run(() => session.on('x', 5 as never))).toThrow(code('bad_value'))
})
