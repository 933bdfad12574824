import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OrielError } from '../../../src/shared/errors.ts'
import { silentLog } from '../../../src/main/log.ts'
import { askFirst, claimHome, type HandoverRequest, type HomeClaim } from '../../../src/main/single-instance.ts'

const CHILD = path.resolve(import.meta.dirname, '../../support/instance-child.ts')
const request: HandoverRequest = {
  kind: 'open-script',
  path: '/scripts/größe.ts',
  arguments: { city: 'Zürich' },
  mode: { session: 's1' },
  asked: false,
  watch: true,
}

const sorted = (texts: (string | undefined)[]): string[] => texts.map(String).toSorted((a, b) => (a < b ? -1 : 1))

describe('one process a home', () => {
  let dir: string
  let homeDir: string
  let claims: HomeClaim[]
  let children: ChildProcess[]
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'oriel-instance-'))
    homeDir = path.join(dir, 'home')
    // What long paths leave in the temp folder goes with the test's own folder.
    vi.stubEnv('TMPDIR', dir)
    claims = []
    children = []
  })
  afterEach(async () => {
    for (const made of claims) if (made.role === 'first') await made.close()
    for (const child of children) child.kill('SIGKILL')
    vi.unstubAllEnvs()
    rmSync(dir, { recursive: true, force: true })
  })

  async function claim(
    home = homeDir,
    onRequest: Parameters<typeof claimHome>[0]['onRequest'] = async () => ({ sessionId: null }),
  ): Promise<HomeClaim> {
    const made = await claimHome({ homeDir: home, onRequest, log: silentLog })
    claims.push(made)
    return made
  }

  async function claimSecond(home = homeDir): Promise<Extract<HomeClaim, { role: 'second' }>> {
    const made = await claim(home)
    if (made.role !== 'second') throw new Error('is first')
    return made
  }

  /** A process and its lines, one by one; undefined at the end. */
  function start(script: string): { child: ChildProcess; line: () => Promise<string | undefined> } {
    const child = spawn(process.execPath, [CHILD, homeDir, script], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const lines: Interface = createInterface({ input: child.stdout })
    const iterator = lines[Symbol.asyncIterator]()
    return { child, line: async () => (await iterator.next()).value }
  }

  it('the second hands its script over to the first and gets its reply', async () => {
    const requests: HandoverRequest[] = []
    const first = await claim(homeDir, async (got) => {
      requests.push(got)
      return { sessionId: got.kind === 'open-script' ? 's1' : null }
    })
    expect(first.role).toBe('first')
    const other = await claimSecond()
    expect(await other.send(request)).toEqual({ sessionId: 's1' })
    expect(await other.send({ kind: 'open-home' })).toEqual({ sessionId: null })
    expect(requests).toEqual([request, { kind: 'open-home' }])
  })

  it('the first can be asked without claiming its place; null where there is none', async () => {
    expect(await askFirst(homeDir, { kind: 'attach', session: 's1' })).toBeNull()
    const access = { url: 'ws://127.0.0.1:1/ws', ticket: 't' }
    await claim(homeDir, async (got) => ({ sessionId: got.kind === 'attach' ? got.session : null, access }))
    expect(await askFirst(homeDir, { kind: 'attach', session: 's1' })).toEqual({ sessionId: 's1', access })
  })

  it("the first's error reaches the second with code and message; an unforeseen one without details", async () => {
    const errors = [new OrielError('script_missing', 'There is no file /x.ts.'), new Error('secret detail')]
    await claim(homeDir, () => Promise.reject(errors.shift()!))
    const other = await claimSecond()
    await expect(other.send(request)).rejects.toMatchObject({
      code: 'script_missing',
      message: 'There is no file /x.ts.',
    })
    const error: unknown = await other.send(request).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'internal' })
    expect(String(error)).not.toContain('secret')
  })

  it('after the first has closed, the next is first; closing twice does no harm', async () => {
    const first = await claim()
    if (first.role === 'first') await Promise.all([first.close(), first.close()])
    expect((await claim()).role).toBe('first')
  })

  it('a request to a first that is gone rejects with not_connected, which may be tried again', async () => {
    const first = await claim()
    const other = await claimSecond()
    if (first.role === 'first') await first.close()
    await expect(other.send(request)).rejects.toMatchObject({ code: 'not_connected', retryable: true })
  })

  it('a first that closes while it works on a request lets go of it', async () => {
    let asked = (): void => {}
    const isAsked = new Promise<void>((resolve) => (asked = resolve))
    const first = await claim(homeDir, () => {
      asked()
      return new Promise(() => {})
    })
    const sent = (await claimSecond()).send(request)
    await isAsked
    if (first.role === 'first') await first.close()
    await expect(sent).rejects.toMatchObject({ code: 'not_connected' })
  })

  it('other homes do not matter', async () => {
    expect((await claim()).role).toBe('first')
    expect((await claim(path.join(dir, 'other'))).role).toBe('first')
  })

  it('a home with a long path, and its other spellings, work as well', async () => {
    const long = path.join(dir, 'x'.repeat(120))
    expect((await claim(long)).role).toBe('first')
    symlinkSync(long, path.join(dir, 'alias'))
    expect((await claim(path.join(dir, 'alias'))).role).toBe('second')
    expect(await (await claimSecond(`${long}/../${'x'.repeat(120)}`)).send(request)).toEqual({ sessionId: null })
  })

  it('a home that cannot be made is claimed all the same', async () => {
    writeFileSync(homeDir, 'in the way')
    expect((await claim(path.join(homeDir, 'in'))).role).toBe('first')
    expect(await (await claimSecond(path.join(homeDir, 'in'))).send(request)).toEqual({ sessionId: null })
  })

  describe.skipIf(process.platform === 'win32')('the socket', () => {
    const socketPath = () => path.join(homeDir, 'instance', 'socket')

    it('can be reached by this user alone', async () => {
      mkdirSync(path.join(homeDir, 'instance'), { recursive: true, mode: 0o777 })
      await claim()
      expect(statSync(socketPath()).mode & 0o777).toBe(0o600)
      expect(statSync(path.dirname(socketPath())).mode & 0o777).toBe(0o700)
    })

    it.each([
      ['text that is no JSON', 'hello\n'],
      ['an unknown kind', '{"kind":"format-disk"}\n'],
      ['a field of the wrong shape', `${JSON.stringify({ ...request, path: 7 })}\n`],
      ['a field too many', `${JSON.stringify({ ...request, more: 1 })}\n`],
      ['a line without end', 'x'.repeat(300 * 1024)],
    ])('%s is refused without being handed on, and the first carries on', async (_, text) => {
      const requests: HandoverRequest[] = []
      await claim(homeDir, async (got) => {
        requests.push(got)
        return { sessionId: 's1' }
      })
      const socket = connect(socketPath())
      socket.on('error', () => {})
      let answer = ''
      socket.on('data', (bytes) => (answer += bytes))
      socket.write(text)
      await new Promise((resolve) => socket.on('close', resolve))
      expect(answer).not.toContain('taken')
      expect(requests).toEqual([])
      expect(await (await claimSecond()).send(request)).toEqual({ sessionId: 's1' })
    })

    it('a file left in its place is taken away', async () => {
      mkdirSync(path.join(homeDir, 'instance'), { recursive: true })
      writeFileSync(socketPath(), '')
      expect((await claim()).role).toBe('first')
      expect(await (await claimSecond()).send(request)).toEqual({ sessionId: null })
    })

    it('with the lock file deleted under it, the first is still found', async () => {
      await claim()
      rmSync(path.join(homeDir, 'instance', 'lock'))
      expect((await claim()).role).toBe('second')
    })
  })

  describe('with real processes', { timeout: 60_000 }, () => {
    it('of processes that start at once exactly one is first, and it gets the scripts of all others', async () => {
      for (let round = 0; round < 3; round++) {
        const all = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, ...start(`/${name}.ts`) }))
        const roles = await Promise.all(all.map((one) => one.line()))
        expect(sorted(roles)).toEqual(['first', 'second', 'second', 'second', 'second'])
        const first = all[roles.indexOf('first')]!
        const others = all.filter((one) => one !== first)
        for (const other of others)
          expect(await other.line()).toBe(`reply {"sessionId":"session of /${other.name}.ts"}`)
        const got = await Promise.all(others.map(() => first.line()))
        expect(sorted(got.map((line) => /"path":"(.*?)"/.exec(line!)?.[1]))).toEqual(
          others.map((other) => `/${other.name}.ts`),
        )
        // What it leaves behind is the next round's stale socket.
        first.child.kill('SIGKILL')
        await once(first.child, 'close')
      }
    })

    it('the home of a first that was killed is taken over at once, by exactly one', async () => {
      const first = start('/first.ts')
      expect(await first.line()).toBe('first')
      const gone = once(first.child, 'close')
      first.child.kill('SIGKILL')
      await gone
      const next = [start('/a.ts'), start('/b.ts'), start('/c.ts')]
      const roles = await Promise.all(next.map((one) => one.line()))
      expect(sorted(roles)).toEqual(['first', 'second', 'second'])
    })
  })
})
