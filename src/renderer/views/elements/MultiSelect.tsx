import { MultiSelect as MantineMultiSelect } from '@mantine/core'
import type { multiSelectElement } from '../../../shared/elements/multi-select.ts'
import { choices, isLong } from './choices.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** A list that opens below the field; what is chosen stands in it. */
export function MultiSelect(props: ElementViewProps<typeof multiSelectElement>) {
  const { name, placeholder, options, clearable, maxValues, searchable = isLong(options) } = props
  const { value, change, error, ref, busy } = useField(props)
  return (
    <MantineMultiSelect
      {...busy}
      {...inputProps(props, error)}
      {...{ ref, name, searchable, clearable, maxValues }}
      // beside what is chosen it would read as one more
      placeholder={value.length === 0 ? placeholder : undefined}
      value={[...value]}
      data={choices(options)}
      openOnFocus={false}
      nothingFoundMessage="Nothing found"
      maxDropdownHeight={280}
      clearButtonProps={{ 'aria-label': 'Clear' }}
      comboboxProps={{ transitionProps: { duration: 100 } }}
      onChange={(next: string[]) => change(next)}
    />
  )
}
