import { Tabs as MantineTabs } from '@mantine/core'
import { Children, useState } from 'react'
import { CHILDREN_INDEX } from '../../../shared/elements/node.ts'
import type { ElementNode } from '../../../shared/elements/node.ts'
import type { PropsOf } from '../../../shared/elements/define.ts'
import type { tabElement } from '../../../shared/elements/tab.ts'
import type { tabsElement } from '../../../shared/elements/tabs.ts'
import { useKept } from './use-kept.ts'
import type { ElementViewProps } from './view.ts'

/** One of several panels at a time. A panel that was shown once stays in the page: nothing half typed in it is lost. */
export function Tabs({
  value,
  defaultValue,
  label,
  orientation,
  onChange,
  node,
  children,
}: ElementViewProps<typeof tabsElement>) {
  const tabs = tabsOf(node)
  const panels = Children.toArray(children)
  const [chosen, choose] = useKept<string>(value, defaultValue ?? '', onChange)
  const active = (tabs.find((tab) => tab.value === chosen) ?? tabs.find((tab) => !tab.disabled))?.value ?? null
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())
  if (active !== null && !seen.has(active)) setSeen(new Set([...seen, active]))
  return (
    <MantineTabs
      className="ui-tabs"
      value={active}
      orientation={orientation}
      onChange={(next) => next !== null && next !== active && choose(next)}
    >
      <MantineTabs.List {...(label && { 'aria-label': label })}>
        {tabs.map((tab) => (
          <MantineTabs.Tab key={tab.value} value={tab.value} disabled={tab.disabled}>
            {tab.label}
          </MantineTabs.Tab>
        ))}
      </MantineTabs.List>
      {tabs.map((tab) => (
        <MantineTabs.Panel key={tab.value} value={tab.value} keepMounted className="ui-tab">
          {seen.has(tab.value) && panels[tab.place]}
        </MantineTabs.Panel>
      ))}
    </MantineTabs>
  )
}

interface TabEntry {
  value: string
  label: string
  disabled: boolean
  /** Among the children. */
  place: number
}

/** The Tabs among the children, each value once; anything else there belongs to none of them. */
function tabsOf(node: ElementNode): TabEntry[] {
  const tabs = new Map<string, TabEntry>()
  node.slice(CHILDREN_INDEX).forEach((child, place) => {
    if (!Array.isArray(child) || child[0] !== 'Tab') return
    const {
      label,
      value = label,
      disabled,
    } = (child as unknown as ElementNode)[2] as unknown as PropsOf<typeof tabElement>
    if (!tabs.has(value)) tabs.set(value, { value, label, disabled, place })
  })
  return [...tabs.values()]
}
