import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { sayError } from '../say.ts'
import type { PageLink } from '../types.ts'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import { DeskDialog } from '../desk/DeskDialog.tsx'
import { MenuBar } from '../desk/MenuBar.tsx'
import { ProgressCards } from '../desk/ProgressCards.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Notices } from './Notices.tsx'
import { ScriptStatus, statusKey } from './ScriptStatus.tsx'
import { Toasts } from './Toasts.tsx'
import { UploadList } from './UploadList.tsx'
import { WidgetBar } from './WidgetBar.tsx'
import type { ShellModel } from './model.ts'

export interface ShellProps {
  model: ShellModel
  link: Pick<PageLink, 'call'>
  /** False where the page itself is one of ours that tells about the script. */
  coversScript: boolean
}

/** Everything Oriel draws over a page: connection, notices, how the script is doing, toasts. */
export function Shell({ model, link, coversScript }: ShellProps) {
  const state = useSyncExternalStore(
    (listener) => model.subscribe(listener),
    () => model.state,
  )
  const { connection, ended, script, notices, toasts, questions, uploads, widgets, user } = state
  const { dialog, progress, commands } = state
  const trying = async (what: Promise<unknown>) => {
    try {
      await what
    } catch (error) {
      const text = sayError(error)
      if (text !== null) model.toast('error', text)
    }
  }
  const control = (method: 'script.stop' | 'script.restart') => trying(link.call(method, null))
  const dismissToast = useCallback((id: number, pressed?: boolean) => model.dismissToast(id, pressed), [model])
  const banners = useRef<HTMLDivElement>(null)
  const [corner, setCorner] = useState<HTMLElement | null>(null)
  useEffect(() => (banners.current ? makeRoom(banners.current) : undefined), [])
  return (
    <>
      <ConnectionBanner connection={connection} ended={ended} />
      <div className="banners" ref={banners}>
        <MenuBar commands={commands} onRun={(id) => void trying(link.call('command.run', { id }))} />
        {(widgets.length > 1 || user !== null) && <WidgetBar widgets={widgets} user={user} />}
        <Notices notices={notices} />
        {coversScript && script && connection === 'open' && (
          <ScriptStatus
            key={statusKey(script)}
            script={script}
            corner={corner}
            onStop={() => control('script.stop')}
            onRestart={() => control('script.restart')}
          />
        )}
      </div>
      <div className="corner">
        <div className="corner-panel" ref={setCorner} />
        <UploadList uploads={uploads} />
        <ProgressCards progress={progress} onCancel={(id) => void trying(link.call('task.cancel', { id }))} />
        <Toasts toasts={toasts} onDismiss={dismissToast} />
      </div>
      {questions[0] && <ConfirmDialog key={questions[0].id} question={questions[0]} />}
      {dialog && <DeskDialog key={dialog.id} dialog={dialog} link={link} />}
    </>
  )
}

/** Moves the page down by as much as the banners take, since they may stand for long. Returns the way to stop. */
function makeRoom(banners: Element): () => void {
  const page = document.documentElement
  const observer = new ResizeObserver(() => {
    const height = banners.getBoundingClientRect().height
    page.style.paddingTop = height > 0 ? `${height}px` : ''
  })
  observer.observe(banners)
  return () => {
    observer.disconnect()
    page.style.paddingTop = ''
  }
}
