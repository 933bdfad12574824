import { Switch as MantineSwitch } from '@mantine/core'
import type { switchElement } from '../../../shared/elements/switch.ts'
import { useField } from './field.ts'
import { toggleProps } from './toggle-props.ts'
import type { ElementViewProps } from './view.ts'

/** A switch with its label beside it. */
export function Switch(props: ElementViewProps<typeof switchElement>) {
  const { name, error: given, checked, defaultChecked, onChange } = props
  const { value, change, error, ref, busy } = useField({
    name,
    error: given,
    value: checked,
    defaultValue: defaultChecked,
    onChange,
  })
  return (
    <MantineSwitch
      {...busy}
      {...toggleProps(props, error)}
      {...{ ref, name }}
      checked={value}
      withThumbIndicator={false}
      onChange={(event) => change(event.currentTarget.checked)}
    />
  )
}
