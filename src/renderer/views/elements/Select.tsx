import { Select as MantineSelect } from '@mantine/core'
import type { selectElement } from '../../../shared/elements/select.ts'
import { choices, isLong } from './choices.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** A list that opens below the field. */
export function Select(props: ElementViewProps<typeof selectElement>) {
  const { name, placeholder, options, clearable, searchable = isLong(options) } = props
  const { value, change, error, ref, busy } = useField(props)
  return (
    <MantineSelect
      {...busy}
      {...inputProps(props, error)}
      {...{ ref, name, placeholder, searchable, clearable, value }}
      data={choices(options)}
      allowDeselect={clearable}
      openOnFocus={false}
      nothingFoundMessage="Nothing found"
      maxDropdownHeight={280}
      clearButtonProps={CLEAR}
      comboboxProps={{ transitionProps: { duration: 100 } }}
      onChange={(next: string | null) => change(next)}
    />
  )
}

const CLEAR = { 'aria-label': 'Clear', tabIndex: 0, 'aria-hidden': false } as const
