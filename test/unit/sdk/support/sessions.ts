import { RunningSession } from '../../../../src/sdk/runtime/session.ts'
import type { SessionOptions } from '../../../../src/sdk/runtime/session.ts'
import { LinkDouble } from './link-double.ts'

/** A session for tests: its link and what it reported. */
export interface TestSession {
  session: RunningSession
  link: LinkDouble
  problems: unknown[]
  keepAlive: boolean[]
  run: <T>(fn: () => T) => T
}

export function startSession(name = '1', options: Partial<SessionOptions> = {}): TestSession {
  const link = new LinkDouble(`client-${name}`, `session-${name}`, `script-${name}`)
  const problems: unknown[] = []
  const keepAlive: boolean[] = []
  const session = new RunningSession({
    link: link.asLink(),
    workerId: `worker-${name}`,
    scriptPath: `/scripts/${name}/sales.oriel.tsx`,
    arguments: { name },
    onProblem: (error) => problems.push(error),
    onKeepAlive: (alive) => keepAlive.push(alive),
    ...options,
  })
  return { session, link, problems, keepAlive, run: (fn) => session.enter(fn) }
}
