import { OrielError } from '../../../shared/errors.ts'
import type { Log } from '../../log.ts'
import type { CdpPipe } from './pipe.ts'

/** A page, just made, attached to and held before its first request. */
export interface NewTarget {
  targetId: string
  sessionId: string
}

/**
 * Tells pages that were asked for from others. The returned function says that one is coming and resolves with it; one
 * at a time. It rejects with `timeout` if none came, with `closed` if the browser ended. Whatever else appears (a popup
 * of a page, the browser's own Ctrl+N) is closed before it loads anything.
 */
export function watchTargets(pipe: CdpPipe, log: Log): (timeoutMs: number) => Promise<NewTarget> {
  let expected: { resolve(target: NewTarget): void; reject(error: Error): void } | null = null
  let gone = false
  const known = new Set<string>()

  pipe.on('Target.attachedToTarget', ({ sessionId, targetInfo: { targetId, canAccessOpener } }) => {
    if (known.has(targetId)) return
    known.add(targetId)
    if (expected !== null && !canAccessOpener) expected.resolve({ targetId, sessionId })
    else {
      log.warn('a window that was not asked for was closed')
      turnAway(pipe, { targetId, sessionId })
    }
  })
  pipe.on('Target.targetDestroyed', ({ targetId }) => known.delete(targetId))
  pipe.onClose(() => {
    gone = true
    expected?.reject(new OrielError('closed', 'The browser is gone.'))
  })

  // Every page is held as soon as it is made: ours to be given its settings first, any other to be closed before it loads.
  const filter = [{ type: 'page' }]
  pipe
    .send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter })
    .catch((error: unknown) => log.debug('no auto-attach', { error }))
  pipe
    .send('Target.setDiscoverTargets', { discover: true, filter })
    .catch((error: unknown) => log.debug('no target discovery', { error }))

  return (timeoutMs) =>
    new Promise<NewTarget>((resolve, reject) => {
      if (gone) return reject(new OrielError('closed', 'The browser is gone.'))
      const timer = setTimeout(
        () => expected?.reject(new OrielError('timeout', 'The browser opened no window.')),
        timeoutMs,
      )
      const done = (): void => {
        clearTimeout(timer)
        expected = null
      }
      expected = {
        resolve: (target) => {
          done()
          resolve(target)
        },
        reject: (error) => {
          done()
          reject(error)
        },
      }
    })
}

/**
 * Closes a page; resolves when `closed` does. Asked again until then: a page that just changes its process, as a new one
 * does on the way to its address, may lose the request. Not too soon: a page that hangs is ended by the browser a second
 * after it was last asked.
 */
export async function closeTarget(pipe: CdpPipe, targetId: string, closed: Promise<void>): Promise<void> {
  // Refused only if the page or the browser is gone already.
  const ask = (): void => void pipe.send('Target.closeTarget', { targetId }).catch(() => undefined)
  ask()
  const timer = setInterval(ask, 2_000)
  await closed
  clearInterval(timer)
}

/** How long an unasked page has to begin with its first request, which one that stays empty never does. */
const FIRST_REQUEST_MS = 300

/**
 * Closes a held page without letting its request out. Closing it while it is held would do neither: the request leaves
 * when the hold ends with the page, and a page that opened it by script stays frozen.
 */
function turnAway(pipe: CdpPipe, { targetId, sessionId }: NewTarget): void {
  const ignore = (): void => undefined
  const close = (): void => {
    clearTimeout(timer)
    stop()
    pipe.send('Target.closeTarget', { targetId }).catch(ignore)
  }
  const timer = setTimeout(close, FIRST_REQUEST_MS)
  const stop = pipe.on('Fetch.requestPaused', ({ requestId }, from) => {
    if (from !== sessionId) return
    pipe.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }, { sessionId }).then(close, close)
  })
  pipe.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, { sessionId }).catch(ignore)
  pipe.send('Runtime.runIfWaitingForDebugger', {}, { sessionId }).catch(ignore)
}
