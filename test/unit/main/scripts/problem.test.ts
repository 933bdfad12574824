import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ScriptProblem } from '../../../../src/shared/records.ts'
import { Workspace } from './support/workspace.ts'

let space: Workspace
beforeEach(() => {
  space = new Workspace()
})
afterEach(async () => {
  await space[Symbol.asyncDispose]()
})

async function failure(content: string, name = 'main.ts'): Promise<ScriptProblem> {
  const script = await space.start(name, content)
  const exit = await script.exit
  if (exit.kind !== 'failed') throw new Error(`the script ${exit.kind}`)
  return exit.problem
}

test('a throw is mapped through two local imports to its line, with the lines around it', async () => {
  space.write(
    'lib/deep.ts',
    '// one\n// two\ntype T = string\nexport function deep(row: T | null): number {\n  return row!.length\n}\n// six\n',
  )
  space.write('lib/middle.ts', `import { deep } from './deep.ts'\nexport const middle = () => deep(null)\n`)
  const problem = await failure(`import { middle } from './lib/middle.ts'\n\nmiddle()\n`)
  expect(problem).toEqual({
    code: 'script_failed',
    message: `TypeError: Cannot read properties of null (reading 'length')`,
    place: {
      file: space.path('lib/deep.ts'),
      line: 5,
      column: 15,
      excerpt: [
        { line: 2, text: '// two' },
        { line: 3, text: 'type T = string' },
        { line: 4, text: 'export function deep(row: T | null): number {' },
        { line: 5, text: '  return row!.length' },
        { line: 6, text: '}' },
        { line: 7, text: '// six' },
        { line: 8, text: '' },
      ],
    },
    stack: [
      `deep (${space.path('lib/deep.ts')}:5:15)`,
      `middle (${space.path('lib/middle.ts')}:2:29)`,
      `${space.path('main.ts')}:3:1`,
    ],
  })
})

test('frames of packages, of Oriel and of Node are left out of the stack', async () => {
  space.write('node_modules/pkg/index.js', 'exports.each = (list, fn) => { for (const item of list) fn(item) }')
  const problem = await failure(`
    import { each } from 'pkg'
    import { session } from 'oriel'
    session.run({ step: 1 }, () => each([1], () => { throw new RangeError('inside') }))
  `)
  expect(problem.message).toBe('RangeError: inside')
  expect(problem.place).toMatchObject({ line: 4 })
  expect(problem.stack).toHaveLength(3)
  expect(problem.stack.every((line) => line.includes(space.path('main.ts')))).toBe(true)
})

test('a wrong argument to Oriel points at the line that passed it', async () => {
  const problem = await failure(`\nimport { show } from 'oriel'\nawait show('<p>', { widht: 3 })\n`)
  expect(problem).toMatchObject({ code: 'bad_value', place: { line: 3 } })
  expect(problem.message).toMatch(/^show: options does not know "widht"\. It knows id, title/)
})

test.each([
  ['throw "just text"', `Thrown: 'just text' (not an Error)`],
  ['throw null', 'Thrown: null (not an Error)'],
  ['throw { code: 7 }', 'Thrown: { code: 7 } (not an Error)'],
  ['throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })', 'Thrown: '],
  ['class E extends Error { get message(): string { throw 1 } } throw new E()', 'cannot be described'],
  ['throw new Error("")', 'Error'],
  ['await Promise.reject(undefined)', 'Thrown: undefined (not an Error)'],
])('%s is told too', async (code, message) => {
  expect((await failure(code)).message).toContain(message)
})

test('causes and the errors of an aggregate are told with their own places', async () => {
  const problem = await failure(`
    const inner = () => new Error('the disk is full')
    const all = new AggregateError([inner()], 'several')
    throw new Error('could not save', { cause: all })
  `)
  expect(problem.message).toBe('could not save')
  expect(problem.place).toMatchObject({ line: 4 })
  const file = space.path('main.ts')
  expect(problem.stack).toEqual([
    `${file}:4:11`,
    'caused by AggregateError: several',
    `${file}:3:17`,
    'caused by the disk is full',
    `inner (${file}:2:25)`,
    `${file}:3:37`,
  ])
})

test('endless recursion is told in few lines', async () => {
  const problem = await failure(`function down(n: number): number {\n  return down(n + 1) + 1\n}\ndown(0)`)
  expect(problem.message).toBe('RangeError: Maximum call stack size exceeded')
  expect(problem.stack.length).toBeLessThan(4)
})

test('an import that a module does not have is told by its name and line', async () => {
  const problem = await failure(`\nimport { shwo } from 'oriel'\nshwo('<p>')`)
  expect(problem.message).toBe(`SyntaxError: The requested module "oriel" does not provide an export named 'shwo'`)
  expect(problem.place).toMatchObject({ file: space.path('main.ts') })
})

test('stacks that the script prints itself show its sources', async () => {
  const lines = await space.output(
    'print.ts',
    `type A = 1\nconsole.error(new Error('seen'))\nconsole.log(new Error('x').stack)`,
  )
  expect(lines[0]).toBe('Error: seen')
  expect(lines.some((line) => line.includes(`${space.path('print.ts')}:2:15`))).toBe(true)
  expect(lines.some((line) => line.includes(`${space.path('print.ts')}:3:13`))).toBe(true)
  expect(lines.join('\n')).not.toContain('script.mjs')
})

test('a very long line is cut in the excerpt', async () => {
  const problem = await failure(`/* ${'x'.repeat(10_000)} */ throw new Error('far out')`)
  expect(problem.place!.column).toBeGreaterThan(10_000)
  expect(problem.place!.excerpt[0]!.text).toHaveLength(300)
})
