import type { Page } from '@playwright/test'

/** What the main thread of a page did. */
export interface MainThread {
  /** Processor time of each of its tasks, in ms: what others on the machine do meanwhile is not in it. */
  readonly tasks: readonly number[]
  /** The longest one by the clock, in ms, waiting for a processor included. */
  readonly longest: number
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** In µs, of the clock and of the processor. */
  dur?: number
  tdur?: number
}

const LONG_MS = 50
const MARK = 'oriel-bench'

/** What the page's main thread does during `work`, from Chromium's own trace. */
export async function traceMainThread<T>(
  page: Page,
  work: () => Promise<T>,
): Promise<{ result: T; mainThread: MainThread }> {
  const cdp = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve))
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'blink.user_timing'], excludedCategories: ['*'] },
  })
  try {
    await page.evaluate((mark) => void performance.mark(mark), MARK)
    const result = await work()
    await cdp.send('Tracing.end')
    await complete
    return { result, mainThread: mainThreadOf(events) }
  } finally {
    await cdp.detach()
  }
}

/** What several of them did, in words. */
export function inWords(parts: readonly MainThread[]): string {
  const tasks = parts.flatMap((part) => part.tasks)
  const long = tasks.filter((ms) => ms > LONG_MS).length
  const most = Math.max(...tasks)
  const longest = Math.max(...parts.map((part) => part.longest))
  return `${long} tasks over ${LONG_MS} ms, most ${most.toFixed(0)} ms of processor time, ${longest.toFixed(0)} ms by the clock`
}

/** All pages of the browser are in the trace: the thread is the one that the mark was set on. */
function mainThreadOf(events: readonly TraceEvent[]): MainThread {
  const mark = events.find(({ name }) => name === MARK)
  if (!mark) throw new Error('The trace does not have the page in it.')
  const tasks = events.filter(
    ({ name, ph, pid, tid }) =>
      name === 'ThreadControllerImpl::RunTask' && ph === 'X' && pid === mark.pid && tid === mark.tid,
  )
  return {
    tasks: tasks.map(({ tdur = 0 }) => tdur / 1000),
    longest: Math.max(...tasks.map(({ dur = 0 }) => dur / 1000)),
  }
}
