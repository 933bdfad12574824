/** Space between children, as CSS has it. */
export const GAPS = { none: 0, xs: 4, sm: 8, md: 16, lg: 24, xl: 36 } as const

export const JUSTIFY = { start: 'flex-start', center: 'center', end: 'flex-end', between: 'space-between' } as const

/** Where children lie across the direction, as CSS has it. */
export function place(align: 'start' | 'center' | 'end' | 'stretch' | 'baseline'): string {
  return align === 'start' || align === 'end' ? `flex-${align}` : align
}
