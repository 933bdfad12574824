import axe from 'axe-core'
import { expect as expectPage } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import type { ReactElement } from 'react'
import { useState } from 'react'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LineData } from '../../src/sdk/data.ts'
import * as ui from '../../src/sdk/ui.ts'
import { definitionOf } from '../../src/sdk/elements/element.ts'
import { ElementsStage } from '../support/elements-stage.ts'
import type { ShownElements } from '../support/elements-stage.ts'
import { table } from './elements/table.tsx'

/** Makes a handler that notes what it was called with under a name. */
type Hear = (event: string) => (payload: unknown) => void

type Heard = readonly [event: string, payload: unknown]

interface Contract {
  /** As scripts write it; `hear` makes its handlers. */
  render: (hear: Hear) => ReactElement
  /** What a person finds by its role and name. */
  shows: (page: Page) => Locator
  /** What a person does with the pointer or by typing, and what the script hears of it. */
  acts?: readonly { does: (page: Page) => Promise<unknown>; hears: readonly Heard[] }[]
  /** The same with the keyboard alone, from the focus at the top of the page. */
  keys?: readonly { does: (page: Page) => Promise<unknown>; hears: readonly Heard[] }[]
}

/** Every element of oriel/ui: the rows of elements/table.tsx, and those that need more than the keyboard. */
const CONTRACTS: Readonly<Record<string, Contract>> = {
  ...Object.fromEntries(
    Object.entries(table).map(([name, { draw, sees, keys, told = [] }]): [string, Contract] => [
      name,
      {
        render: draw,
        shows: sees,
        ...(keys && { keys: [{ does: (page) => keys(page, expectPage), hears: told }] }),
      },
    ]),
  ),
  Chart: {
    render: (hear) => (
      <ui.Chart
        label="Two bars"
        height={260}
        data={[{ type: 'bar', x: ['a', 'b'], y: new Float64Array([1, 2]) }]}
        onClick={hear('onClick')}
      />
    ),
    shows: (page) => page.getByRole('figure', { name: 'Two bars' }).locator('.barlayer .point').last(),
    acts: [
      {
        // The left half at its foot.
        does: async (page) => {
          const { x, y, width, height } = (await page.locator('.nsewdrag').boundingBox())!
          await page.mouse.move(x + width / 4, y + height - 20, { steps: 3 })
          await page.locator('.hoverlayer .hovertext').waitFor()
          await page.mouse.down()
          await page.mouse.up()
        },
        hears: [['onClick', [{ trace: 0, index: 0, x: 'a', y: 1, label: 'a', value: 1 }]]],
      },
    ],
  },
  LineStream: {
    render: () => <Wave />,
    shows: (page) => page.getByRole('figure', { name: 'Wave' }).locator('canvas'),
  },
  Table: {
    render: (hear) => (
      <ui.Table
        label="People"
        rows={[
          { name: 'Ada', age: 36, member: true },
          { name: 'Grace', age: 85, member: false },
        ]}
        search
        exportName="people"
        onRowClick={hear('onRowClick')}
        onSelect={hear('onSelect')}
      />
    ),
    shows: (page) => page.getByRole('grid', { name: 'People' }).getByText('Grace'),
    acts: [
      {
        does: (page) => page.getByText('Ada').click(),
        hears: [
          ['onRowClick', { name: 'Ada', age: 36, member: true }],
          ['onSelect', [{ name: 'Ada', age: 36, member: true }]],
        ],
      },
    ],
    keys: [
      {
        // The search, the button, the first heading, the cell below it.
        does: async (page) => {
          for (const key of ['Tab', 'Tab', 'Tab', 'ArrowRight', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
        },
        hears: [['onRowClick', { name: 'Ada', age: 36, member: true }]],
      },
    ],
  },
}

/** A line that is there already when it is shown. */
function Wave() {
  const [data] = useState(() => {
    const lines = new LineData(['Wave'])
    lines.pushMany([0, 1, 2, 3], [[0, 1, 0, -1]])
    return lines
  })
  return <ui.LineStream data={data} time={false} unit="m" />
}

const PICTURES = path.resolve(import.meta.dirname, '../../test-results/elements')

let stage: ElementsStage
/** One window, in which the elements are shown one after the other. */
let shown: ShownElements
beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true })
  stage = await ElementsStage.open()
  shown = await stage.show(<p>Nothing yet</p>)
  await shown.page.evaluate(axe.source)
}, 120_000)
afterAll(async () => {
  await shown?.[Symbol.asyncDispose]()
  await stage?.close()
})

describe.each(Object.entries(CONTRACTS))('%s', (name, contract) => {
  it('is shown, says what happens, and is fit for everyone in light and dark [I3, I4, I30]', async () => {
    const heard: [string, unknown][] = []
    const hear: Hear = (event) => (payload) => void heard.push([event, payload])
    await shown.replace(contract.render(hear))
    const { page } = shown
    await contract.shows(page).waitFor()
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.screenshot({ path: path.join(PICTURES, `${name}-${scheme}.png`) })
      expect([scheme, await violationsIn(page, scheme === 'dark' ? ['color-contrast'] : null)]).toEqual([scheme, []])
    }
    for (const { does, hears } of contract.acts ?? []) await expectHeard(does, hears)
    expect(shown.problems).toEqual([])

    async function expectHeard(does: (page: Page) => Promise<unknown>, hears: readonly Heard[]) {
      heard.length = 0
      await does(page)
      await expect.poll(() => heard, { timeout: 10_000 }).toEqual(hears)
    }
  })

  it.runIf(contract.keys)('can be used with the keyboard alone, and the script is told [I3, I31]', async () => {
    const heard: [string, unknown][] = []
    const hear: Hear = (event) => (payload) => void heard.push([event, payload])
    await shown.replace(contract.render(hear))
    await contract.shows(shown.page).waitFor()
    for (const { does, hears } of contract.keys!) {
      heard.length = 0
      await does(shown.page)
      await expect.poll(() => heard, { timeout: 10_000 }).toEqual(hears)
    }
    expect(shown.problems).toEqual([])
  })
})

it('every element is in the table [I30]', () => {
  expect(Object.keys(CONTRACTS).sort()).toEqual(Object.keys(ui).sort())
})

it('each row listens to every event of its element, and a person sets off each of them [I31]', () => {
  for (const [name, { draw, told = [] }] of Object.entries(table)) {
    const listened = [...draw.toString().matchAll(/tell\(["'](\w+)["']\)/g)].map(([, event]) => event)
    expect(new Set(told.map(([event]) => event)), name).toEqual(new Set(listened))
    const events = Object.keys(definitionOf(name)?.events ?? {}).filter((event) => event !== 'onChunk')
    expect(listened, name).toEqual(expect.arrayContaining(events))
  }
})

it('a page loads the views of those elements that it draws [I10]', async () => {
  await using plain = await stage.show(<p>Plain</p>)
  await plain.page.getByText('Plain').waitFor()
  // This script has oriel/ui, so its pages are ready for it; the views themselves are not loaded.
  expect(plain.loaded.filter((file) => /\/(basic|inputs|dates|Code|Markdown)-/.test(file))).toEqual([])
})

/** What axe finds wrong, all of it or of these rules: a rule and the element. One element alone is no whole page. */
async function violationsIn(page: Page, only: string[] | null): Promise<string[]> {
  return page.evaluate(async (rules) => {
    const { axe: run } = window as unknown as { axe: typeof axe }
    const whole = { region: { enabled: false }, 'page-has-heading-one': { enabled: false } }
    const { violations } = await run.run(document, rules ? { runOnly: rules } : { rules: whole })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }, only)
}
