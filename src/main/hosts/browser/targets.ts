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
 * of a page, the browser's own Ctrl+N) is closed at once.
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
      pipe.send('Target.closeTarget', { targetId }).catch(() => undefined)
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
