import type { ComponentType } from 'react'
import { CHILDREN_INDEX, isTag } from '../../../shared/elements/node.ts'
import type { TreeNode } from '../../../shared/elements/node.ts'

type View = ComponentType<Record<string, unknown>>
type Module = { readonly [name: string]: ComponentType<never> }

const basic = () => import('./basic.ts')
const inputs = () => import('./inputs.ts')
const dates = () => import('./dates.ts')

/**
 * Where the view of each element is, by its name. Each module comes to the page by itself, the first time that an element
 * of it is to be drawn.
 */
const MODULES: Readonly<Record<string, () => Promise<Module>>> = {
  Alert: basic,
  Badge: basic,
  Button: basic,
  Card: basic,
  Chart: () => import('./Chart.tsx'),
  Checkbox: inputs,
  Code: () => import('./Code.tsx'),
  ColorInput: inputs,
  Column: basic,
  DateInput: dates,
  DateRangeInput: dates,
  Divider: basic,
  Drawer: inputs,
  Expander: basic,
  FileInput: inputs,
  Form: inputs,
  Grid: basic,
  Heading: basic,
  Html: () => import('./Html.tsx'),
  Image: basic,
  Json: basic,
  LineStream: () => import('./LineStream.tsx'),
  Link: basic,
  Log: basic,
  Markdown: () => import('./Markdown.tsx'),
  Metric: basic,
  Modal: inputs,
  Mount: () => import('./Mount.tsx'),
  MultiSelect: inputs,
  NumberInput: inputs,
  PasswordInput: inputs,
  Progress: inputs,
  RadioGroup: inputs,
  RangeSlider: inputs,
  Row: basic,
  Select: inputs,
  Sidebar: basic,
  Skeleton: basic,
  Slider: inputs,
  Spinner: basic,
  Split: basic,
  Switch: inputs,
  Tab: inputs,
  Table: () => import('./Table.tsx'),
  Tabs: inputs,
  Text: basic,
  TextArea: inputs,
  TextInput: inputs,
  Toast: basic,
}

/** Elements whose views draw from the props of their children, and so are drawn again when those change. */
const READS_CHILDREN: ReadonlySet<string> = new Set(['Chart', 'Tabs'])

const loaded = new Map<string, View>()
const loading = new Map<string, Promise<View>>()

/** The view if it is here, a promise of it if it is not, undefined if there is no such element. */
export function viewOf(name: string): View | Promise<View> | undefined {
  const here = loaded.get(name) ?? loading.get(name)
  if (here || !Object.hasOwn(MODULES, name)) return here
  const promise = MODULES[name]!().then((module) => {
    const view = module[name] as View
    loaded.set(name, view)
    return view
  })
  loading.set(name, promise)
  return promise
}

export function readsChildren(name: string): boolean {
  return READS_CHILDREN.has(name)
}

/** Resolves once the views of all that is in these nodes are here. */
export async function loadViews(nodes: readonly TreeNode[]): Promise<void> {
  const names = new Set<string>()
  const waiting: unknown[] = [...nodes]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node === 'string') continue
    const [name, ...rest] = node as [string, ...unknown[]]
    names.add(name)
    for (const child of rest.slice(CHILDREN_INDEX - 1)) waiting.push(child)
  }
  await Promise.all([...names].filter((name) => !isTag(name)).map(async (name) => viewOf(name)))
}
