import { Icon } from '../../ui/Icon.tsx'
import type { alertElement, Kind } from '../../../shared/elements/alert.ts'
import type { ElementViewProps } from './view.ts'

/** Something that has to be known. What is wrong is read aloud at once, the rest when there is time. */
export function Alert({ kind, title, onClose, children }: ElementViewProps<typeof alertElement>) {
  return (
    <div className="ui-alert" data-kind={kind} role={kind === 'error' || kind === 'warning' ? 'alert' : 'status'}>
      <KindIcon kind={kind} />
      <div className="ui-alert-text">
        {title && <strong>{title}</strong>}
        <div>{children}</div>
      </div>
      {onClose && <CloseButton onClose={() => onClose(null)} />}
    </div>
  )
}

export function CloseButton({ onClose, label = 'Close' }: { onClose: () => void; label?: string }) {
  return (
    <button type="button" className="ui-close" aria-label={label} onClick={onClose}>
      <Icon name="close" />
    </button>
  )
}

const ICONS = { info: 'info', success: 'check', warning: 'warning', error: 'error' } as const

/** The sign of a kind of message. */
export function KindIcon({ kind }: { kind: Kind }) {
  return (
    <span className="ui-kind">
      <Icon name={ICONS[kind]} size={18} />
    </span>
  )
}
