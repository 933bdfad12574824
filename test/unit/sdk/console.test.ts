import { afterAll, beforeAll, expect, test } from 'vitest'
import { separateConsoles } from '../../../src/sdk/runtime/console.ts'
import type { OutputLine } from '../../../src/sdk/runtime/session.ts'
import { startSession } from './support/sessions.ts'

let undo: () => void
beforeAll(() => {
  undo = separateConsoles()
})
afterAll(() => undo())

test('[K7] [K10] what two sessions print is kept apart, each line with the ids of its session', async () => {
  const lines: OutputLine[] = []
  const [a, b] = ['a', 'b'].map((name) => startSession(name, { onOutput: (line) => lines.push(line) })) as [
    ReturnType<typeof startSession>,
    ReturnType<typeof startSession>,
  ]
  await Promise.all(
    [a, b].map(({ run }, index) =>
      run(async () => {
        console.group('group')
        await new Promise((resolve) => setTimeout(resolve, 2 - index))
        console.log('n = %d', index)
        console.count()
        console.error('two\nlines')
      }),
    ),
  )
  const printed = (name: string) =>
    lines
      .filter((line) => line.sessionId === `session-${name}` && line.clientId === `client-${name}`)
      .map(({ stream, text }) => `${stream}:${text}`)
  expect(printed('a')).toEqual([
    'stdout:group',
    'stdout:  n = 0',
    'stdout:  default: 1',
    'stderr:  two',
    'stderr:  lines',
  ])
  expect(printed('b')).toEqual([
    'stdout:group',
    'stdout:  n = 1',
    'stdout:  default: 1',
    'stderr:  two',
    'stderr:  lines',
  ])
  expect(lines).toHaveLength(10)
})
