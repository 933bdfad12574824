import { Radio } from '@mantine/core'
import { useId } from 'react'
import type { radioGroupElement } from '../../../shared/elements/radio-group.ts'
import { flatChoices } from './choices.ts'
import { useField } from './field.ts'
import { inputProps } from './input-props.ts'
import type { ElementViewProps } from './view.ts'

/** All choices, one of them chosen. */
export function RadioGroup(props: ElementViewProps<typeof radioGroupElement>) {
  const { name, options, orientation, disabled, onChange } = props
  const own = useId()
  const { value, change, error, ref, busy } = useField<string | null>({
    ...props,
    onChange: onChange && ((next) => onChange(next!)),
  })
  const list = flatChoices(options)
  // The one that the tab key stops at.
  const first = list.some((choice) => choice.value === value) ? value : list[0]?.value
  return (
    <Radio.Group
      {...inputProps(props, error)}
      name={name ?? own}
      value={value}
      onChange={(next: string | null) => change(next)}
    >
      <div {...busy} className="ui-choices" data-orientation={orientation}>
        {list.map((choice) => (
          <Radio
            key={choice.value}
            ref={choice.value === first ? ref : null}
            value={choice.value}
            label={choice.label}
            disabled={disabled || choice.disabled}
          />
        ))}
      </div>
    </Radio.Group>
  )
}
