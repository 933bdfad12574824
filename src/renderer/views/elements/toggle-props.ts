import type { switchElement } from '../../../shared/elements/switch.ts'
import type { ElementViewProps } from './view.ts'

type ToggleProps = Pick<
  ElementViewProps<typeof switchElement>,
  'label' | 'hideLabel' | 'help' | 'required' | 'disabled'
>

/** Label, help and error of a box or a switch, as Mantine takes them. */
export function toggleProps({ label, hideLabel, help, required, disabled }: ToggleProps, error: string | undefined) {
  return {
    ...(hideLabel ? { 'aria-label': label } : { label: required ? `${label} *` : label }),
    description: help,
    error,
    disabled,
    'aria-required': required || undefined,
  }
}
