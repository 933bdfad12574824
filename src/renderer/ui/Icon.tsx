const PATHS = {
  close: 'm4 4 8 8m0-8-8 8',
  remove: 'M3 4.5h10M6.5 4.5V3h3v1.5m-5 0 .6 8.5h5.8l.6-8.5M6.8 7v3.8M9.2 7v3.8',
  warning: 'M8 2.2 14.3 13H1.7L8 2.2Zm0 4.3v3m0 1.8v.1',
  error: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm0 3v3.8m0 2.4v.1',
  info: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm0 5.6v3.8m0-6.3v.1',
  check: 'm3 8.5 3.4 3.4L13 4.8',
  file: 'M3.5 1.8h6l3 3v9.4h-9V1.8Zm6 0v3h3',
  up: 'M8 13V3.2M3.8 7.2 8 3l4.2 4.2',
  folder: 'M1.8 12.6V3.4h4.4l1.6 2h6.4v7.2H1.8Z',
  network:
    'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm-6 6.2h12M8 1.8c3.6 3.6 3.6 8.8 0 12.4-3.6-3.6-3.6-8.8 0-12.4Z',
  program: 'M1.8 3h12.4v10H1.8V3Zm2.7 3 2 2-2 2m4 .2h3',
  hourglass: 'M4 1.8h8M4 14.2h8M5 1.8c0 4 6 4 6 6.2s-6 2.2-6 6.2m6-12.4c0 4-6 4-6 6.2s6 2.2 6 6.2',
  stop: 'M3.5 3.5h9v9h-9z',
} as const

export type IconName = keyof typeof PATHS

/** A small line drawing in the colour of the text beside it; says nothing to a screen reader. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
