import type { WidgetLink } from './model.ts'

/** Links to everything that the script shows, in a visitor's tab: where the app would have windows beside each other. */
export function WidgetBar({ widgets }: { widgets: readonly WidgetLink[] }) {
  return (
    <nav className="widget-bar" aria-label="Pages of this app">
      {widgets.map(({ widgetId, title, isHere }) => (
        <a key={widgetId} href={`/w/${encodeURIComponent(widgetId)}`} aria-current={isHere ? 'page' : undefined}>
          {title || widgetId}
        </a>
      ))}
    </nav>
  )
}
