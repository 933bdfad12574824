import { Progress as MantineProgress } from '@mantine/core'
import { useId } from 'react'
import type { progressElement } from '../../../shared/elements/progress.ts'
import type { ElementViewProps } from './view.ts'

/** How far something is; without a value only that it goes on. */
export function Progress({ value, max, label, hideLabel }: ElementViewProps<typeof progressElement>) {
  const id = useId()
  const percent = value === undefined ? null : Math.min(100, Math.max(0, (value / max) * 100))
  return (
    <div className="ui-progress" data-moving={percent === null || undefined}>
      <div className={hideLabel ? 'ui-hidden' : 'ui-progress-label'}>
        <span id={id}>{label}</span>
        {percent !== null && <span>{Math.round(percent)} %</span>}
      </div>
      <MantineProgress.Root size="0.6rem">
        <MantineProgress.Section
          value={percent ?? 100}
          aria-labelledby={id}
          // said to be of unknown length by having no value
          {...(percent === null && { 'aria-valuenow': undefined, 'aria-valuetext': 'goes on' })}
        />
      </MantineProgress.Root>
    </div>
  )
}
