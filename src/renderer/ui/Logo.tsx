/** Oriel's mark: a bay window of three panes, with the lamp on inside. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path className="logo-pane" d="M2.5 9.2 9 6.4v17.2l-6.5-2.4Z" />
      <path className="logo-lamp" d="M11 6h10v18H11Z" />
      <path className="logo-pane" d="M29.5 9.2 23 6.4v17.2l6.5-2.4Z" />
      <path className="logo-frame" d="M16 6v18M11 12.4h10M2.5 13.6 9 12.2M29.5 13.6 23 12.2" />
      <path className="logo-sill" d="M2.2 24.4 10 27h12l7.8-2.6" />
    </svg>
  )
}
