import { DateInput as MantineDateInput } from '@mantine/dates'
import '../../theme/dates.ts'
import type { dateInputElement } from '../../../shared/elements/date-input.ts'
import { calendarProps, parseDay } from './calendar.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** A field for a day, with a calendar that opens below it. */
export function DateInput(props: ElementViewProps<typeof dateInputElement>) {
  const { value, change, error, ref, part } = useField(props)
  return (
    <MantineDateInput
      {...part}
      {...inputProps(props, error)}
      {...calendarProps(props)}
      ref={ref}
      value={value}
      valueFormat="YYYY-MM-DD"
      placeholder={props.placeholder ?? 'yyyy-mm-dd'}
      dateParser={(text) => parseDay(text)}
      onChange={(day) => change(day)}
    />
  )
}
