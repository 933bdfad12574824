import { EventEmitter } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { session } from '../../../src/sdk/index.ts'
import { randomFrom, testSeed } from '../../support/random.ts'
import { LinkDouble } from './support/link-double.ts'
import { startSession } from './support/sessions.ts'
import type { TestSession } from './support/sessions.ts'

test('[K7] [K8] 200 sessions in one process with random awaits, timers, generators and shared emitters never read each other', async () => {
  const random = randomFrom(testSeed())
  const shared = new EventEmitter()
  shared.setMaxListeners(0)
  const wrong: string[] = []
  let reads = 0

  async function* steps(count: number): AsyncGenerator {
    for (let i = 0; i < count; i++) {
      if (random() < 0.5) await Promise.resolve()
      yield session.get('clientId')
    }
  }

  async function script(name: string): Promise<void> {
    const check = (where: string, found: unknown = session.get('clientId')): void => {
      reads++
      if (found !== `client-${name}`) wrong.push(`${where}: ${String(found)} instead of client-${name}`)
    }
    const listener = session.bind(() => check('shared emitter'))
    shared.on('tick', listener)
    session.onClose(() => shared.off('tick', listener))
    for (let i = 0; i < 30; i++) {
      switch (Math.floor(random() * 8)) {
        case 0:
          await Promise.resolve()
          break
        case 1:
          await wait(random() * 3)
          break
        case 2:
          await new Promise<void>((resolve) => setImmediate(() => resolve(check('immediate'))))
          break
        case 3:
          await new Promise<void>((resolve) => process.nextTick(() => resolve(check('tick'))))
          break
        case 4:
          for await (const found of steps(3)) check('generator', found)
          break
        case 5:
          await session.run({ clientId: `nested-${name}` }, async () => {
            await wait(random())
            if (session.get('clientId') !== `nested-${name}`) wrong.push('nested')
          })
          break
        case 6:
          shared.emit('tick')
          break
        default:
          await Promise.all([wait(random()).then(() => check('then')), Promise.resolve().then(() => check('all'))])
      }
      check('body')
    }
  }

  const sessions: TestSession[] = Array.from({ length: 200 }, (_, index) => startSession(String(index)))
  await Promise.all(
    sessions.map(async (one, index) => {
      await one.run(() => script(String(index)))
      // Half of them leave while the others are still busy.
      if (index % 2 === 0) await one.session.close()
    }),
  )
  expect(wrong).toEqual([])
  expect(reads).toBeGreaterThan(200 * 30)
}, 60_000)

test('[K7] events of 200 windows reach the handlers of their own session', async () => {
  const { show } = await import('../../../src/sdk/index.ts')
  const sessions = Array.from({ length: 200 }, (_, index) => startSession(String(index)))
  await Promise.all(
    sessions.map(({ run }) =>
      run(() =>
        show('<p>', {
          on: {
            async who(data) {
              await wait(1)
              return [data, session.get('clientId'), session.get('connectionId'), session.get('widgetId')] as never
            },
          },
        }),
      ),
    ),
  )
  const answers = await Promise.all(
    sessions.map(({ link }: { link: LinkDouble }, index) =>
      link.event('w1', 'who', index, { connectionId: `window-${index}` }),
    ),
  )
  expect(answers).toEqual(sessions.map((_, index) => [index, `client-${index}`, `window-${index}`, 'w1']))
})
