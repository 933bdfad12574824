import { useEffect, useRef, useState } from 'react'
import type { TrustProps } from '../../shared/records.ts'
import { Icon } from '../ui/Icon.tsx'
import { Logo } from '../ui/Logo.tsx'
import { PathText } from '../ui/PathText.tsx'
import { formatBytes } from '../ui/format.ts'
import { fileName } from '../ui/path.ts'
import { propsOf, useRecords } from '../ui/use-document.ts'
import type { ViewProps } from './index.ts'

const ABILITIES = [
  { icon: 'folder', text: 'read, change and delete your files' },
  { icon: 'network', text: 'use the network' },
  { icon: 'program', text: 'start other programs' },
] as const

/** Asks once about a file never seen before. The careful answer has the focus. */
export function TrustView({ link, widgetId, onError }: Pick<ViewProps, 'link' | 'widgetId' | 'onError'>) {
  const [file] = propsOf<TrustProps>(useRecords(link.document), 'trust')
  const [answer, setAnswer] = useState<boolean | null>(null)
  const known = file !== undefined
  const refuse = useRef<HTMLButtonElement>(null)
  // Not autoFocus: on a small window it would scroll past what is being asked.
  useEffect(() => refuse.current?.focus({ preventScroll: true }), [known])
  if (!file) return null
  const give = (allow: boolean) => {
    setAnswer(allow)
    link.request(widgetId, 'trust.answer', { allow }).catch((error: unknown) => {
      setAnswer(null)
      onError(error)
    })
  }
  return (
    <div className="trust" onKeyDown={(event) => event.key === 'Escape' && answer === null && give(false)}>
      <div className="card">
        <header>
          <Logo size={40} />
          <h1>Open {fileName(file.path)}?</h1>
        </header>
        <p className="muted">
          You have not opened this file before, or it has changed. Scripts are programs; open only what you trust.
        </p>
        <dl className="trust-file">
          <dt>File</dt>
          <dd>
            <PathText path={file.path} />
          </dd>
          <dt>Size</dt>
          <dd>{formatBytes(file.bytes)}</dd>
        </dl>
        <p id="trust-abilities">Like any program you start, it can</p>
        <ul className="trust-abilities" aria-labelledby="trust-abilities">
          {ABILITIES.map(({ icon, text }) => (
            <li key={icon}>
              <Icon name={icon} />
              {text}
            </li>
          ))}
        </ul>
        <p className="muted trust-note">
          If you open it, you are not asked again until it, or a file of yours that it imports, changes.
        </p>
        <div className="actions">
          <button type="button" className="plain" ref={refuse} disabled={answer !== null} onClick={() => give(false)}>
            Don’t open
          </button>
          <button type="button" className="primary" disabled={answer !== null} onClick={() => give(true)}>
            {answer ? 'Opening…' : 'Open'}
          </button>
        </div>
      </div>
    </div>
  )
}
