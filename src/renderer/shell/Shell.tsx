import { useSyncExternalStore } from 'react'
import { sayError } from '../say.ts'
import type { PageLink } from '../types.ts'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Notices } from './Notices.tsx'
import { ScriptStatus } from './ScriptStatus.tsx'
import { Toasts } from './Toasts.tsx'
import type { ShellModel } from './model.ts'

export interface ShellProps {
  model: ShellModel
  link: Pick<PageLink, 'call'>
  /** False where the page itself is one of ours that tells about the script. */
  coversScript: boolean
}

/** Everything Oriel draws over a page: connection, notices, how the script is doing, toasts. */
export function Shell({ model, link, coversScript }: ShellProps) {
  const { connection, ended, script, notices, toasts } = useSyncExternalStore(
    (listener) => model.subscribe(listener),
    () => model.state,
  )
  const control = async (method: 'script.stop' | 'script.restart') => {
    try {
      await link.call(method, null)
    } catch (error) {
      const text = sayError(error)
      if (text !== null) model.toast('error', text)
    }
  }
  return (
    <>
      <div className="banners">
        <ConnectionBanner connection={connection} ended={ended} />
        <Notices notices={notices} />
        {coversScript && script && connection === 'open' && (
          <ScriptStatus
            script={script}
            onStop={() => control('script.stop')}
            onRestart={() => control('script.restart')}
          />
        )}
      </div>
      <Toasts toasts={toasts} onDismiss={(id) => model.dismissToast(id)} />
    </>
  )
}
