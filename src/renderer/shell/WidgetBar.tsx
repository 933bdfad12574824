import type { WidgetLink } from './model.ts'

/**
 * Links to everything that the script shows, in a visitor's tab: where the app would have windows beside each other. Who is
 * logged in finds the way to their account.
 */
export function WidgetBar({ widgets, user }: { widgets: readonly WidgetLink[]; user: string | null }) {
  return (
    <nav className="widget-bar" aria-label="Pages of this app">
      {widgets.map(({ widgetId, title, isHere }) => (
        <a key={widgetId} href={`/w/${encodeURIComponent(widgetId)}`} aria-current={isHere ? 'page' : undefined}>
          {title || widgetId}
        </a>
      ))}
      {user !== null && (
        <a className="account" href="/account" title="Your account">
          {user}
        </a>
      )}
    </nav>
  )
}
