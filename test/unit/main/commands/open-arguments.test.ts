import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { handoverOf, parseOpenArguments } from '../../../../src/main/commands/open-arguments.ts'
import { readElectronCommandLine } from '../../../../src/main/electron/command-line.ts'

const badUsage = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'bad_usage', message: expect.stringMatching(message) as string })

describe('what a command line asks for', () => {
  test('without arguments it is the home window', () => {
    expect(parseOpenArguments([])).toEqual({
      script: null,
      forPrograms: null,
      arguments: {},
      mode: 'resume',
      watch: false,
      screenshot: null,
      screenshotAfterMs: 0,
      ask: false,
      settings: { host: undefined, port: undefined },
    })
  })

  test('[F9] a script with its arguments and options, wherever those stand', () => {
    expect(
      parseOpenArguments(['--watch', 'a.oriel.ts', 'year=2026', 'text=a=b', '--port', '81', '--ask']),
    ).toMatchObject({
      script: path.resolve('a.oriel.ts'),
      arguments: { year: '2026', text: 'a=b' },
      watch: true,
      ask: true,
      settings: { host: undefined, port: '81' },
    })
  })

  test('[N1] a session without a script, new or taken up, for this process or for the one that runs', () => {
    const fresh = parseOpenArguments(['--programs', '--title', 'Orders', 'year=2026', 'a=b'])
    const given = { year: '2026', a: 'b' }
    expect(fresh).toMatchObject({ script: null, forPrograms: { title: 'Orders' }, arguments: given })
    expect(handoverOf(fresh)).toEqual({ kind: 'attach-new', title: 'Orders', arguments: given })
    const kept = parseOpenArguments(['--programs', '--session', 'abc'])
    expect(kept).toMatchObject({ script: null, forPrograms: { session: 'abc' } })
    expect(handoverOf(kept)).toEqual({ kind: 'attach', session: 'abc' })
    expect(() => parseOpenArguments(['--programs', 'nothing'])).toThrow(badUsage(/name=value/))
  })

  test('[F13] it goes on with the last session, a new one or the one named', () => {
    expect(parseOpenArguments(['a.ts']).mode).toBe('resume')
    expect(parseOpenArguments(['a.ts', '--new']).mode).toBe('new')
    expect(parseOpenArguments(['a.ts', '--session', 'abc']).mode).toEqual({ session: 'abc' })
  })

  test('[F9] what is not of the form name=value is bad usage', () => {
    expect(() => parseOpenArguments(['a.ts', 'year'])).toThrow(badUsage(/"year" is not of the form name=value/))
    expect(() => parseOpenArguments(['a.ts', '--after', 'soon'])).toThrow(badUsage(/--after/))
  })

  test('[F12] it is handed over as it is, the file as one that was named unless it came by a double-click', () => {
    expect(handoverOf(parseOpenArguments([]))).toEqual({ kind: 'open-home' })
    const request = {
      kind: 'open-script',
      path: '/a.ts',
      arguments: { x: '1' },
      mode: 'new',
      asked: true,
      watch: false,
    }
    expect(handoverOf(parseOpenArguments(['/a.ts', 'x=1', '--new']))).toEqual(request)
    expect(handoverOf(parseOpenArguments(['/a.ts', 'x=1', '--new', '--ask']))).toEqual({ ...request, asked: false })
  })
})

describe('the command line inside Electron', () => {
  test('starts behind the app’s folder, or behind the program once packaged', () => {
    const asked = { script: '/a.ts', arguments: { x: '1' }, watch: true }
    const read = readElectronCommandLine
    expect(read(['electron', '/app', '/a.ts', 'x=1', '--watch'], false)).toMatchObject(asked)
    expect(read(['electron', '--no-sandbox', '/app', '--watch', '/a.ts', 'x=1'], false)).toMatchObject(asked)
    expect(read(['oriel', '/a.ts', 'x=1', '--watch'], true)).toMatchObject(asked)
    expect(read(['electron', '/app'], false).script).toBe(null)
    expect(read(['oriel', '-psn_0_12345'], true).script).toBe(null)
  })

  test('[H11] asks for nothing that only the command in plain Node can do', () => {
    const read = (...args: string[]) => readElectronCommandLine(['electron', '/app', ...args], false)
    expect(read('--host', 'electron').settings.host).toBe('electron')
    expect(() => read('--host', 'headless')).toThrow(badUsage(/--host headless/))
    expect(() => read('/a.ts', '--screenshot', 'a.png')).toThrow(badUsage(/--screenshot/))
  })

  test('an option nobody knows is told to the person and refused', () => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(() => readElectronCommandLine(['electron', '/app', '--nonsense'], false)).toThrow('--nonsense')
    expect(told).toHaveBeenCalled()
    told.mockRestore()
  })
})
