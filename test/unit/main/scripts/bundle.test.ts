import { existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ScriptError } from '../../../../src/main/scripts/index.ts'
import { Workspace } from './support/workspace.ts'

let space: Workspace
beforeEach(() => {
  space = new Workspace()
})
afterEach(async () => {
  await space[Symbol.asyncDispose]()
})

async function failure(name: string, content?: string): Promise<ScriptError> {
  if (content !== undefined) space.write(name, content)
  const error = await space.bundle(name).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ScriptError)
  return error as ScriptError
}

test('types, enums, decorators, top-level await and using run', async () => {
  const lines = await space.output(
    'modern.ts',
    `
    enum Colour { Red = 'red' }
    const twice = (value: (n: number) => number) => { return (n: number) => value(value(n)) }
    const n: number = await Promise.resolve(20)
    using resource = { [Symbol.dispose]() { console.log('disposed') } }
    console.log(twice((x) => x + 1)(n), Colour.Red satisfies string)
  `,
  )
  expect(lines).toEqual(['22 red', 'disposed'])
})

test('local files, JSON and text files are imported', async () => {
  space.write('lib/add.ts', 'export const add = (a: number, b: number) => a + b')
  space.write('lib/also.mts', 'export { add } from "./add.js"')
  space.write('data.json', '{"rows": [1, 2]}')
  space.write('style.css', 'p { color: red }')
  space.write('page.html', '<p>hi</p>')
  const lines = await space.output(
    'main.ts',
    `
    import { add } from './lib/also.mjs'
    import data from './data.json' with { type: 'json' }
    import css from './style.css'
    import page from './page.html'
    const { add: again } = await import('./lib/add')
    console.log(add(...(data.rows as [number, number])), again(2, 2), css, page)
  `,
  )
  expect(lines).toEqual(['3 4 p { color: red } <p>hi</p>'])
})

test('the local files that went in are told, packages and ghosts are not', async () => {
  space.write('node_modules/pkg/package.json', '{"name":"pkg","main":"index.js"}')
  space.write('node_modules/pkg/index.js', 'module.exports = __dirname')
  space.write('lib/a.ts', 'export const a = import.meta.dirname')
  space.write('data.json', '{}')
  space.write(
    'main.ts',
    `import pkg from 'pkg'; import { a } from './lib/a.ts'; import d from './data.json'; console.log(pkg, a, d)`,
  )
  const { inputs } = await space.bundle('main.ts')
  expect(inputs.toSorted()).toEqual([space.path('data.json'), space.path('lib/a.ts'), space.path('main.ts')])
})

test('compiled code beside the script is told with the local files, however it is asked for', async () => {
  for (const name of ['one.node', 'two.node', 'node_modules/pkg/three.node']) space.write(name, 'not really')
  space.write('node_modules/pkg/index.js', `module.exports = require('./three.node')`)
  space.write(
    'main.ts',
    `import one from './one.node'; import pkg from 'pkg'; console.log(one, pkg, require('./two.node'))`,
  )
  const { inputs } = await space.bundle('main.ts')
  expect(inputs.toSorted()).toEqual(['main.ts', 'one.node', 'two.node'].map((name) => space.path(name)))
})

test('JSX is React of the app in .tsx, .jsx, .js and .oriel files, whatever tsconfig.json says', async () => {
  space.write('tsconfig.json', '{"compilerOptions":{"jsx":"preserve","jsxImportSource":"preact"}}')
  for (const name of ['a.tsx', 'a.jsx', 'a.js', 'a.oriel', 'a.oriel.tsx'])
    expect(
      await space.output(
        name,
        `import { isValidElement } from 'react'
         const element = <><b title="x">hi</b></>
         console.log(isValidElement(element), element.props.children.props.title)`,
      ),
    ).toEqual(['true x'])
})

test('[F8] every file keeps its own place', async () => {
  const log =
    'console.log(import.meta.url, import.meta.dirname, import.meta.filename, __dirname, __filename, import.meta.main)'
  space.write('sub folder/ä.ts', log)
  const lines = await space.output('main.ts', `import './sub folder/ä.ts'\n${log}`)
  const sub = space.path('sub folder/ä.ts')
  const main = space.path('main.ts')
  const { pathToFileURL } = await import('node:url')
  expect(lines).toEqual(
    [sub, main].map((file) =>
      [pathToFileURL(file).href, path.dirname(file), file, path.dirname(file), file, file === main].join(' '),
    ),
  )
})

test('names that a file gives itself are its own: __dirname, require', async () => {
  const lines = await space.output(
    'own.ts',
    `
    import { createRequire } from 'node:module'
    import { dirname } from 'node:path'
    import { fileURLToPath } from 'node:url'
    const __dirname = dirname(fileURLToPath(import.meta.url))
    const require = createRequire(import.meta.url)
    console.log(__dirname, typeof require('node:fs').readFileSync)
  `,
  )
  expect(lines).toEqual([`${space.root} function`])
})

test('[F7] packages beside the script are bundled: ES modules, CommonJS that requires Node modules, and their places', async () => {
  space.write('node_modules/esm/package.json', '{"name":"esm","type":"module","exports":"./index.js"}')
  space.write('node_modules/esm/index.js', 'export const esm = "esm"')
  space.write('node_modules/@scope/cjs/package.json', '{"name":"@scope/cjs","main":"lib.js"}')
  space.write(
    'node_modules/@scope/cjs/lib.js',
    `'use strict'; const fs = require('fs'); const dep = require('dep'); exports.read = () => fs.readFileSync(__dirname + '/data.txt', 'utf8') + dep + (this === exports)`,
  )
  space.write('node_modules/@scope/cjs/data.txt', 'data')
  space.write('node_modules/dep/index.js', 'module.exports = " of dep "')
  const lines = await space.output(
    'deep/main.ts',
    `import { esm } from 'esm'; import { read } from '@scope/cjs'; console.log(esm, read())`,
  )
  expect(lines).toEqual(['esm data of dep true'])
})

test('React is one instance for the script and its packages', async () => {
  space.write('node_modules/ui/index.js', 'exports.React = require("react")')
  space.write('node_modules/ui-esm/package.json', '{"name":"ui-esm","type":"module","exports":"./index.js"}')
  space.write('node_modules/ui-esm/index.js', 'export { useState } from "react"')
  space.write('node_modules/react/index.js', 'throw new Error("the wrong react")')
  const lines = await space.output(
    'main.ts',
    `import React from 'react'; import { React as theirs } from 'ui'; import { useState } from 'ui-esm'
     console.log(React === theirs, React.useState === useState)`,
  )
  expect(lines).toEqual(['true true'])
})

test('[F7] zod and oriel come from the app', async () => {
  const lines = await space.output(
    'main.ts',
    `import { z } from 'zod'; import { session } from 'oriel'; console.log(z.number().parse(5), session.get('clientId'))`,
  )
  expect(lines).toEqual(['5 client-1'])
})

test('a package with compiled code stays where it is', async () => {
  space.write('node_modules/native/package.json', '{"name":"native","main":"lib/index.js"}')
  space.write('node_modules/native/build/Release/native.node', 'not really')
  space.write(
    'node_modules/native/lib/index.js',
    `exports.file = require('path').relative(process.argv[1], __filename)`,
  )
  space.write(
    'node_modules/per-platform/package.json',
    '{"name":"per-platform","optionalDependencies":{"@pp/linux":"1"}}',
  )
  space.write('node_modules/per-platform/index.js', 'exports.from = module.filename')
  space.write('node_modules/@pp/linux/binding.node', 'not really')
  space.write('node_modules/user/index.js', `exports.file = require('native').file`)
  const { bundlePath } = await (space.write(
    'main.ts',
    `import native from 'native'; import user from 'user'; import { from } from 'per-platform'
     console.log(native.file, user.file, from)`,
  ),
  space.bundle('main.ts'))
  expect(readFileSync(bundlePath, 'utf8')).not.toContain('process.argv[1]')
  expect(await space.output('main.ts')).toEqual([
    `../node_modules/native/lib/index.js ../node_modules/native/lib/index.js ${space.path('node_modules/per-platform/index.js')}`,
  ])
})

test('a compiled file can be imported by its path', async () => {
  space.write('addon.node', 'not really')
  const script = await space.start('main.ts', `const addon = require('./addon.node')`)
  const exit = await script.exit
  expect(exit).toMatchObject({ kind: 'failed', problem: { place: { file: space.path('main.ts'), line: 1 } } })
  expect(JSON.stringify(exit)).toContain(`${space.path('addon.node')}: file too short`)
})

test('class names stay as they are written, in whichever file', async () => {
  space.write('other.ts', 'export class Counter {}')
  const lines = await space.output(
    'main.ts',
    `import { Counter as Other } from './other.ts'; class Counter {} console.log(Counter.name, Other.name)`,
  )
  expect(lines).toEqual(['Counter Counter'])
})

test('the source map holds the sources as they were written', async () => {
  const text = `export const place: string = import.meta.dirname\nconsole.log(<b>{place}</b>)\n`
  space.write('main.tsx', text)
  const { bundlePath } = await space.bundle('main.tsx')
  expect(readFileSync(bundlePath, 'utf8')).toMatch(/\/\/# sourceMappingURL=script\.mjs\.map\s*$/)
  const map = JSON.parse(readFileSync(`${bundlePath}.map`, 'utf8')) as { sources: string[]; sourcesContent: string[] }
  const { pathToFileURL } = await import('node:url')
  expect(map.sourcesContent[map.sources.indexOf(pathToFileURL(space.path('main.tsx')).href)]).toBe(text)
})

test('a syntax error names its place, with the lines around it', async () => {
  const { code, message, problem, inputs } = await failure(
    'broken.ts',
    'const a = 1\nconst b = 2\nconst c = 3\nconst d = 4\nconst ä = "ü" )\nconst f = 6\nconst g = 7\nconst h = 8\nconst i = 9\n',
  )
  expect(code).toBe('script_syntax')
  expect(message).toBe('Expected ";" but found ")"')
  expect(problem).toMatchObject({
    code: 'script_syntax',
    place: { file: space.path('broken.ts'), line: 5, column: 15 },
    stack: [],
  })
  expect(problem.place!.excerpt.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8])
  expect(problem.place!.excerpt[3]!.text).toBe('const ä = "ü" )')
  expect(inputs).toEqual([space.path('broken.ts')])
})

test('code that is cut short gives the error of its author, in a file that asks for its place too', async () => {
  const { problem } = await failure('cut.tsx', 'console.log(import.meta.dirname)\nif (true) {\n')
  expect(problem.message).toBe('Unexpected end of file')
  expect(problem.place).toMatchObject({ line: 3, column: 1 })
  const comment = await failure('comment.tsx', 'console.log(import.meta.dirname)\n/* open\n')
  expect(comment.problem.message).toContain('"*/"')
})

test('an error in an imported file names that file', async () => {
  space.write('lib/bad.ts', '\nlet = = 1\n')
  const { problem, inputs } = await failure('main.ts', `import './lib/bad.ts'`)
  expect(problem.place).toMatchObject({ file: space.path('lib/bad.ts'), line: 2 })
  expect(inputs.toSorted()).toEqual([space.path('lib/bad.ts'), space.path('main.ts')])
})

test('[F7] a package that is not installed is named with what to do', async () => {
  const { problem } = await failure('main.ts', `\nimport x from '@scope/left-pad/deep'\nimport y from 'other'\nx(y)`)
  expect(problem.message).toBe(
    `The package "@scope/left-pad" is not installed. Run "npm install @scope/left-pad" in ${space.root}. (and 1 more error)`,
  )
  expect(problem.place).toMatchObject({ line: 2, column: 15 })
})

test('a local file that is not there is looked out for', async () => {
  const { problem, inputs } = await failure('main.ts', `import './lib/gone'`)
  expect(problem.message).toBe('There is no file "./lib/gone" to import.')
  expect(inputs).toContain(space.path('lib/gone.ts'))
})

test('a part of oriel that does not exist is named with those that do', async () => {
  const { problem } = await failure('main.ts', `import { x } from 'oriel/nothing'; x()`)
  expect(problem.message).toBe('There is no "oriel/nothing" in Oriel. It has oriel.')
  expect(problem.place).toMatchObject({ line: 1 })
})

test('a script opened by a symbolic link keeps the path it was opened by', async () => {
  space.write('real/main.ts', `import { a } from './a.ts'; console.log(a, import.meta.main)`)
  space.write('real/a.ts', 'export const a = 1')
  symlinkSync(space.path('real/main.ts'), space.path('link.ts'))
  expect((await space.bundle('link.ts')).scriptPath).toBe(space.path('link.ts'))
  expect(await space.output('link.ts')).toEqual(['1 true'])
})

test('closing the runner removes its bundles, and the next one those of processes that are gone', async () => {
  space.write('main.ts', '')
  space.write('.cache/scripts-999999999/old/script.mjs', '')
  space.write('.cache/unrelated/file', '')
  const { bundlePath } = await space.bundle('main.ts')
  expect(existsSync(bundlePath)).toBe(true)
  expect(readdirSync(space.path('.cache')).toSorted()).toEqual([`scripts-${process.pid}`, 'unrelated'])
  await space.runner.close()
  expect(readdirSync(space.path('.cache'))).toEqual(['unrelated'])
})

test('[J12] where the folder for bundles takes nothing they go to the temporary files, and are removed all the same', async () => {
  space.write('main.ts', 'export {}')
  space.write('.cache', 'in the way')
  const { bundlePath } = await space.bundle('main.ts')
  expect(existsSync(bundlePath)).toBe(true)
  expect(bundlePath.startsWith(space.root)).toBe(false)
  await space.runner.close()
  expect(existsSync(bundlePath)).toBe(false)
})
