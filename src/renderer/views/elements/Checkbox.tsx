import { Checkbox as MantineCheckbox } from '@mantine/core'
import type { checkboxElement } from '../../../shared/elements/checkbox.ts'
import { useField } from './field.ts'
import { toggleProps } from './toggle-props.ts'
import type { ElementViewProps } from './view.ts'

/** A box with its label beside it. */
export function Checkbox(props: ElementViewProps<typeof checkboxElement>) {
  const { name, error: given, checked, defaultChecked, onChange } = props
  const { value, change, error, ref, busy } = useField({
    name,
    error: given,
    value: checked,
    defaultValue: defaultChecked,
    onChange,
  })
  return (
    <MantineCheckbox
      {...busy}
      {...toggleProps(props, error)}
      {...{ ref, name }}
      checked={value}
      indeterminate={props.indeterminate}
      onChange={(event) => change(event.currentTarget.checked)}
    />
  )
}
