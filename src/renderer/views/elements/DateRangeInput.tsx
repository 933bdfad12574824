import { DatePickerInput } from '@mantine/dates'
import type { Ref } from 'react'
import '../../theme/dates.ts'
import type { dateRangeInputElement } from '../../../shared/elements/date-range-input.ts'
import { calendarProps } from './calendar.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** A field that opens a calendar in which two days are chosen. */
export function DateRangeInput(props: ElementViewProps<typeof dateRangeInputElement>) {
  const { value, change, error, ref, busy } = useField<[string | null, string | null]>(props)
  return (
    <DatePickerInput
      {...busy}
      {...inputProps(props, error)}
      {...calendarProps(props)}
      type="range"
      ref={ref as Ref<never>}
      value={value}
      valueFormat="YYYY-MM-DD"
      labelSeparator="to"
      placeholder={props.placeholder ?? 'Choose days'}
      allowSingleDateInRange
      onChange={([from, to]) => change([from, to])}
    />
  )
}
