import type { ReactNode } from 'react'
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/Icon.tsx'

export interface BannerProps {
  level: 'info' | 'warning' | 'error'
  icon?: IconName
  children: ReactNode
  actions?: ReactNode
  onDismiss?: () => void
}

/** One line across the top of the page. Errors interrupt a screen reader, the rest waits its turn. */
export function Banner({ level, icon = level, children, actions, onDismiss }: BannerProps) {
  return (
    <div className="banner" data-level={level} role={level === 'error' ? 'alert' : 'status'}>
      <Icon name={icon} />
      <p>{children}</p>
      {actions && <div className="banner-actions">{actions}</div>}
      {onDismiss && (
        <button type="button" className="icon-button" aria-label="Dismiss" onClick={onDismiss}>
          <Icon name="close" />
        </button>
      )}
    </div>
  )
}
