import type { Option } from '../../../shared/elements/field.ts'

export interface Choice {
  value: string
  label: string
  disabled: boolean
}

/** Options, each once, as Mantine's lists take them: those of a group stand together, where its first one stood. */
export function choices(options: readonly Option[]): (Choice | { group: string; items: Choice[] })[] {
  const list: (Choice | { group: string; items: Choice[] })[] = []
  const groups = new Map<string, Choice[]>()
  for (const { group, ...choice } of each(options)) {
    if (group === undefined) {
      list.push(choice)
      continue
    }
    let items = groups.get(group)
    if (!items) {
      groups.set(group, (items = []))
      list.push({ group, items })
    }
    items.push(choice)
  }
  return list
}

/** Options, each once, without their groups. */
export function flatChoices(options: readonly Option[]): Choice[] {
  return each(options).map(({ value, label, disabled }) => ({ value, label, disabled }))
}

function each(options: readonly Option[]): (Choice & { group: string | undefined })[] {
  const seen = new Set<string>()
  return options
    .map((option) => (typeof option === 'string' ? { value: option } : option))
    .filter(({ value }) => !seen.has(value) && seen.add(value))
    .map(({ value, label = value, disabled = false, group }: Exclude<Option, string>) => ({
      value,
      label,
      disabled,
      group,
    }))
}

/** Whether a list of so many is searched by typing, where the script leaves it open. */
export const isLong = (options: readonly Option[]): boolean => options.length > 10
