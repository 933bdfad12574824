import { afterEach, beforeEach, expect, test } from 'vitest'
import { Workspace } from './support/workspace.ts'

let space: Workspace
beforeEach(() => {
  space = new Workspace()
})
afterEach(async () => {
  await space[Symbol.asyncDispose]()
})

test('a script with nothing left to do ends by itself', async () => {
  const script = await space.start('hello.ts', `console.log('hello' as string)`)
  let loaded = false
  script.run.onLoaded(() => (loaded = true))
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(loaded).toBe(true)
  expect(script.lines).toEqual(['hello'])
})

test('output is passed on line by line, each with its stream, the last without a line break too', async () => {
  const script = await space.start(
    'lines.ts',
    `
    process.stdout.write('a\\nb')
    console.error('wrong')
    process.stdout.write('c\\r\\nd')
  `,
  )
  const seen: string[] = []
  script.run.onOutput((stream, text) => seen.push(`${stream}:${text}`))
  await script.exit
  expect(seen.toSorted()).toEqual(['stderr:wrong', 'stdout:a', 'stdout:bc', 'stdout:d'])
})

test('an open widget keeps the script running; its window closed, the script ends', async () => {
  const script = await space.start(
    'widget.ts',
    `
    import { show } from 'oriel'
    const widget = await show('<p>hi</p>')
    console.log('shown')
    await widget.closed
    console.log('closed')
  `,
  )
  await script.printed('shown')
  expect(script.messages).toEqual([{ method: 'window.open', params: { widgetId: 'w1' } }])
  await script.run.ping(5000)
  script.run.carrier.send({ widgetId: 'w1', type: 'oriel:window-closed' })
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(script.lines).toEqual(['shown', 'closed'])
})
