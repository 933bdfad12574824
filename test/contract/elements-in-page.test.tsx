import { expect as expectPage } from '@playwright/test'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as ui from '../../src/sdk/ui.ts'
import type { ElementHandle, UploadedFile } from '../../src/sdk/ui.ts'
import { z } from 'zod'
import { ElementsStage } from '../support/elements-stage.ts'

/*
 * What elements do together in a real page, with a script in the place where it is.
 */

let stage: ElementsStage
beforeAll(async () => {
  stage = await ElementsStage.open()
}, 120_000)
afterAll(() => stage?.close())

describe('events of one window', () => {
  it('come in the order in which the person did them, be they of elements or of plain tags that wait [I3]', async () => {
    const heard: string[] = []
    function App() {
      return (
        <ui.Column>
          <label>
            Plain <input data-debounce="60000" onInput={(event) => heard.push(`plain ${event.currentTarget.value}`)} />
          </label>
          <ui.TextInput label="Word" onChange={(text) => heard.push(`word ${text}`)} />
          <ui.Button onClick={() => heard.push('click')}>Go</ui.Button>
          <button onClick={() => heard.push('tag')}>Tag</button>
        </ui.Column>
      )
    }
    await using shown = await stage.show(<App />)
    const { page } = shown
    await page.getByLabel('Plain').fill('ab')
    await page.getByRole('button', { name: 'Go' }).click()
    await page.getByLabel('Plain').fill('abc')
    await page.getByLabel('Word').fill('x')
    await page.getByRole('button', { name: 'Tag' }).click()
    await expect.poll(() => heard).toEqual(['plain ab', 'click', 'plain abc', 'word x', 'tag'])
    expect(shown.problems).toEqual([])
  })
})

describe('an event that waits for its answer', () => {
  it('marks its element, whatever kind that is, until it has it [I8]', async () => {
    let answer: () => void = () => {}
    const wait = () => new Promise<void>((resolve) => (answer = resolve))
    function App() {
      return (
        <ui.Column>
          <ui.Button onClick={wait}>Element</ui.Button>
          <button onClick={wait}>Tag</button>
          <ui.TextInput label="Text" onChange={wait} />
          <ui.Select label="Select" options={['a', 'b']} onChange={wait} />
          <ui.MultiSelect label="Several" options={['a', 'b']} onChange={wait} />
          <ui.RadioGroup label="Radio" options={['c', 'd']} onChange={wait} />
          <ui.Checkbox label="Check" onChange={wait} />
          <ui.Switch label="Switch" onChange={wait} />
          <ui.Slider label="Slide" onChange={wait} />
          <ui.RangeSlider label="Range" onChange={wait} />
          <ui.DateRangeInput label="Days" onChange={wait} />
        </ui.Column>
      )
    }
    await using shown = await stage.show(<App />)
    const { page } = shown
    const choose = async (label: string) => {
      await page.getByRole('combobox', { name: label }).click({ force: true })
      await page.getByRole('option', { name: 'b' }).click()
      await page.keyboard.press('Escape')
      // While it fades out it still lies over the next field.
      await expectPage(page.getByRole('listbox')).toHaveCount(0)
    }
    for (const does of [
      () => page.getByRole('button', { name: 'Element' }).click(),
      () => page.getByRole('button', { name: 'Tag' }).click(),
      () => page.getByLabel('Text').fill('x'),
      () => choose('Select'),
      () => choose('Several'),
      () => page.getByRole('radio', { name: 'd' }).click(),
      () => page.getByRole('checkbox', { name: 'Check' }).click(),
      () => page.getByRole('switch', { name: 'Switch' }).click(),
      () => page.getByRole('slider', { name: 'Slide' }).press('ArrowRight'),
      () => page.getByRole('slider', { name: 'Range' }).first().press('ArrowRight'),
      async () => {
        await page.getByRole('button', { name: 'Days' }).click()
        await page.getByRole('dialog').getByRole('button', { name: / 12, / }).first().click()
      },
    ]) {
      const name = String(does)
      await does()
      await expectPage(page.locator('[aria-busy=true][data-loading]'), name).toHaveCount(1)
      // What it is called can be read all the time.
      await expectPage(page.locator('.mantine-Button-inner'), name).toHaveCSS('opacity', '1')
      answer()
      await expectPage(page.locator('[aria-busy=true], [data-loading]'), name).toHaveCount(0)
    }
    expect(shown.problems).toEqual([])
  })
})

describe('a ref', () => {
  it('focuses its element, or the first thing in it that takes the focus, once that can [I11]', async () => {
    const refs: Record<string, ElementHandle | null> = {}
    const ref = (name: string) => (handle: ElementHandle | null) => void (refs[name] = handle)
    let allow: () => void = () => {}
    function App() {
      const [off, setOff] = useState(true)
      allow = () => setOff(false)
      return (
        <ui.Column>
          <ui.TextInput label="Text" ref={ref('text')} />
          <ui.NumberInput label="Number" ref={ref('number')} disabled={off} />
          <ui.Card title="Card" ref={ref('card')}>
            <ui.Text>Words</ui.Text>
            <ui.Button>In the card</ui.Button>
          </ui.Card>
          <textarea aria-label="Tag" ref={ref('tag') as never} />
        </ui.Column>
      )
    }
    await using shown = await stage.show(<App />)
    const { page } = shown
    await shown.run(() => refs['text']!.focus())
    await expectPage(page.getByLabel('Text')).toBeFocused()
    // What the same code has set before is there by then.
    await shown.run(() => {
      allow()
      refs['number']!.focus()
    })
    await expectPage(page.getByLabel('Number')).toBeFocused()
    await shown.run(() => refs['card']!.focus())
    await expectPage(page.getByRole('button', { name: 'In the card' })).toBeFocused()
    await shown.run(() => refs['tag']!.focus())
    await expectPage(page.getByLabel('Tag')).toBeFocused()
    expect(shown.problems).toEqual([])
  })

  it('works in an effect, before the window is there, and scrolls to what was added [I11]', async () => {
    let grow: () => void = () => {}
    function App() {
      const field = useRef<ElementHandle>(null)
      const last = useRef<ElementHandle>(null)
      const [count, setCount] = useState(1)
      grow = () => setCount(60)
      useEffect(() => field.current!.focus(), [])
      useEffect(() => last.current!.scrollIntoView(), [count])
      return (
        <>
          <ui.TextInput label="First" />
          <ui.TextInput label="Second" ref={field} />
          {Array.from({ length: count }, (_, i) => (
            <ui.Text key={i} ref={i === count - 1 ? last : null}>
              Line {i}
            </ui.Text>
          ))}
        </>
      )
    }
    await using shown = await stage.show(<App />)
    const { page } = shown
    await expectPage(page.getByLabel('Second')).toBeFocused()
    await page.getByLabel('Second').pressSequentially('typed')
    await shown.run(() => grow())
    await expectPage(page.getByText('Line 59')).toBeInViewport()
    await expectPage(page.getByText('Line 0', { exact: true })).not.toBeInViewport()
    await expectPage(page.getByLabel('Second')).toHaveValue('typed')
    expect(shown.problems).toEqual([])
  })
})

describe('200 elements inside each other', () => {
  it('are drawn, changed and used [I4]', async () => {
    const nested = (depth: number, inside: ReactNode): ReactNode =>
      depth === 0 ? inside : <ui.Column>{nested(depth - 1, inside)}</ui.Column>
    function Inside() {
      const [count, setCount] = useState(0)
      return <ui.Button onClick={() => setCount(count + 1)}>Pressed {count}</ui.Button>
    }
    await using shown = await stage.show(<>{nested(199, <Inside />)}</>)
    await shown.page.getByRole('button', { name: 'Pressed 0' }).click()
    await expectPage(shown.page.getByRole('button', { name: 'Pressed 1' })).toBeVisible()
    expect(shown.problems).toEqual([])
  })
})

describe('a log', () => {
  it('draws the lines that are new, drops the oldest, and stays at its end [I2, I7]', async () => {
    let add: (line: string) => void = () => {}
    function App() {
      const [lines, setLines] = useState(() => Array.from({ length: 200 }, (_, i) => `line ${i}`))
      add = (line) => setLines((before) => [...before, line])
      return <ui.Log lines={lines} maxLines={100} height={120} />
    }
    await using shown = await stage.show(<App />)
    const log = shown.page.getByRole('log')
    await expectPage(log).toContainText('100 earlier lines')
    await expectPage(log.getByText('line 199')).toBeInViewport()
    await log.evaluate((element) => {
      const changed: string[] = Object.assign(element, { changed: [] }).changed
      new MutationObserver((changes) => {
        for (const { addedNodes, removedNodes } of changes) {
          for (const node of addedNodes) changed.push(`+${node.textContent}`)
          for (const node of removedNodes) changed.push(`-${node.textContent}`)
        }
      }).observe(element, { childList: true })
    })
    await shown.run(() => add('the last'))
    await expectPage(log.getByText('the last')).toBeInViewport()
    await expectPage(log).toContainText('101 earlier lines')
    expect(await log.evaluate((element) => (element as unknown as { changed: string[] }).changed.sort())).toEqual([
      '+the last',
      '-line 100',
    ])
    expect(shown.problems).toEqual([])
  })
})

describe('a value of null', () => {
  it('is a value: nothing is chosen, whatever the default is [I6]', async () => {
    let set: (value: string | null) => void = () => {}
    function App() {
      const [value, setValue] = useState<string | null>(null)
      set = setValue
      return (
        <ui.Column>
          <ui.Select label="Pick" options={['a', 'b']} value={value} defaultValue="b" />
          <ui.NumberInput label="Number" value={null} defaultValue={7} />
          <ui.DateInput label="Day" value={null} defaultValue="2026-01-02" />
          <ui.RadioGroup label="Radio" options={['c', 'd']} value={null} defaultValue="d" />
          <ui.Select label="Own" options={['a', 'b']} defaultValue="b" />
        </ui.Column>
      )
    }
    await using shown = await stage.show(<App />)
    const { page } = shown
    await expectPage(page.getByRole('combobox', { name: 'Own' })).toHaveValue('b')
    await expectPage(page.getByRole('combobox', { name: 'Pick' })).toHaveValue('')
    await expectPage(page.getByLabel('Number')).toHaveValue('')
    await expectPage(page.getByRole('textbox', { name: 'Day' })).toHaveValue('')
    await expectPage(page.getByRole('radio', { name: 'd' })).not.toBeChecked()
    await shown.run(() => set('a'))
    await expectPage(page.getByRole('combobox', { name: 'Pick' })).toHaveValue('a')
    await shown.run(() => set(null))
    await expectPage(page.getByRole('combobox', { name: 'Pick' })).toHaveValue('')
  })
})

/** No colour. */
const NOTHING = 'rgba(0, 0, 0, 0)'

describe('a day', () => {
  it.each([
    ['de-DE', 'Pacific/Auckland', '24.12.2026', 'Dezember 2026', '24. Dezember 2026', 'Mo', 'Okt'],
    ['en-GB', 'America/Los_Angeles', '24/12/2026', 'December 2026', '24 December 2026', 'Mon', 'Oct'],
    ['en-US', 'Asia/Kolkata', '12/24/26', 'December 2026', 'December 24, 2026', 'Sun', 'Oct'],
    ['fr-FR', 'Europe/Paris', '2026-12-24', 'décembre 2026', '24 décembre 2026', 'lun.', 'oct.'],
  ])('is typed and named as people do in %s, and is an ISO date all the same [I39]', async (...person) => {
    const [locale, timezoneId, typed, month, day, firstWeekday, october] = person
    const heard: unknown[] = []
    await using shown = await stage.show(<ui.DateInput label="Day" onChange={(value) => heard.push(value)} />, {
      locale,
      timezoneId,
    })
    const { page } = shown
    const field = page.getByRole('textbox', { name: 'Day' })
    await field.pressSequentially(typed)
    const calendar = page.locator('[data-dates-dropdown]')
    await expectPage(calendar.getByRole('button', { name: month, exact: true })).toBeVisible()
    await expectPage(calendar.getByRole('button', { name: day, exact: true })).toHaveAttribute('data-selected', 'true')
    await expectPage(calendar.getByRole('button', { name: day, exact: true })).not.toHaveCSS(
      'background-color',
      NOTHING,
    )
    await expectPage(calendar.locator('th').first()).toHaveText(firstWeekday)
    await calendar.getByRole('button', { name: month, exact: true }).click()
    await expectPage(calendar.getByRole('button', { name: october, exact: true })).toBeVisible()
    await field.press('Tab')
    await expectPage(field).toHaveValue('2026-12-24')
    await expect.poll(() => heard.at(-1)).toBe('2026-12-24')
    // What is no day is not taken.
    await field.fill('31.4.2026')
    await field.press('Tab')
    await expectPage(field).toHaveValue('2026-12-24')
    expect(shown.problems).toEqual([])
  })
})

describe('a file on its way', () => {
  const file = (name: string, bytes: number) => ({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from(Array.from({ length: bytes }, (_, i) => i % 251)),
  })
  const PART = 512 * 1024

  it('shows how far it is, can be stopped, and comes byte for byte when it is chosen again [I36]', async () => {
    const heard: (UploadedFile | null)[] = []
    await using shown = await stage.show(<ui.FileInput label="Bill" onChange={(given) => heard.push(given)} />)
    const { page } = shown
    const input = page.locator('input[type=file]')
    const gate = shown.gate('onChunk')
    await input.setInputFiles(file('large.txt', 3 * PART))
    const progress = page.getByRole('progressbar')
    await expectPage(progress).toHaveAttribute('aria-valuenow', '0')
    gate.letThrough(1)
    await expectPage(progress).toHaveAttribute('aria-valuenow', '33')
    await page.getByRole('button', { name: 'Cancel large.txt' }).click()
    await expectPage(progress).toHaveCount(0)
    await expectPage(page.getByRole('button', { name: 'Choose a file' })).toBeFocused()
    gate.open()
    await input.setInputFiles(file('again.txt', PART + 1))
    await expectPage(page.getByRole('button', { name: 'Remove again.txt' })).toBeVisible()
    await expect.poll(() => heard.filter((given) => given !== null).length).toBe(1)
    // Of what was stopped nothing came after that, and nothing of it is kept.
    expect(gate.heard.map(({ name, offset }) => [name, offset])).toEqual([
      ['large.txt', 0],
      ['large.txt', PART],
      ['again.txt', 0],
      ['again.txt', PART],
    ])
    expect(heard.at(-1)).toMatchObject({ name: 'again.txt', type: 'text/plain', size: PART + 1 })
    expect(Buffer.from(heard.at(-1)!.bytes).equals(file('', PART + 1).buffer)).toBe(true)
    await page.getByRole('button', { name: 'Remove again.txt' }).click()
    await expect.poll(() => heard.at(-1)).toBeNull()
    expect(shown.problems).toEqual([])
  })

  it('that is too large is refused before anything is sent [I36]', async () => {
    await using shown = await stage.show(<ui.FileInput label="Bill" maxBytes={1000} />)
    const gate = shown.gate('onChunk')
    gate.open()
    await shown.page.locator('input[type=file]').setInputFiles(file('film.txt', 2000))
    await expectPage(shown.page.getByText('film.txt has 2.0 KB; files may have up to 1.0 KB.')).toBeVisible()
    expect(gate.heard).toEqual([])
  })
})

describe('a form', () => {
  it('is sent once however often it is asked for, and keeps what was entered [I35]', async () => {
    const sent: unknown[] = []
    let answer: () => void = () => {}
    const schema = z.object({ name: z.string().min(2, 'Too short.'), age: z.number() })
    await using shown = await stage.show(
      <ui.Form
        schema={schema}
        onSubmit={(values) => {
          sent.push(values)
          return new Promise<void>((resolve) => (answer = resolve))
        }}
        resetOnSuccess
      >
        <ui.TextInput label="Name" name="name" />
        <ui.NumberInput label="Age" name="age" defaultValue={30} />
        <ui.Button type="submit">Send</ui.Button>
      </ui.Form>,
    )
    const { page } = shown
    const name = page.getByLabel('Name')
    const send = page.getByRole('button', { name: 'Send' })
    await name.fill('A')
    await send.click()
    await expectPage(name).toHaveAccessibleDescription('Too short.')
    await expectPage(name).toBeFocused()
    await expectPage(name).toHaveValue('A')
    expect(sent).toEqual([])
    await name.fill('Ada')
    // As fast as the page takes it, with the pointer, with Enter, and by code.
    await page.evaluate(() => {
      const form = document.querySelector('form')!
      for (let n = 0; n < 3; n++) form.requestSubmit()
    })
    await name.press('Enter')
    await name.press('Enter')
    await send.click({ force: true })
    await expect.poll(() => sent).toEqual([{ name: 'Ada', age: 30 }])
    await expectPage(page.locator('form')).toHaveAttribute('aria-busy', 'true')
    await expectPage(name).toHaveValue('Ada')
    answer()
    // Empty only now.
    await expectPage(name).toHaveValue('')
    await expectPage(page.getByLabel('Age')).toHaveValue('30')
    await name.fill('Grace')
    await name.press('Enter')
    await expect.poll(() => sent.length).toBe(2)
    expect([sent[1], shown.problems]).toEqual([{ name: 'Grace', age: 30 }, []])
    answer()
    await expectPage(name).toHaveValue('')
  })
})

describe('inputs', () => {
  const about = { label: 'Word', help: 'As it is written.', error: 'It is not so.' }
  const options = ['a', 'b']
  it.each<[string, () => ReactNode]>([
    ['textbox', () => <ui.TextInput {...about} />],
    ['textbox', () => <ui.TextArea {...about} />],
    ['textbox', () => <ui.NumberInput {...about} />],
    ['textbox', () => <ui.PasswordInput {...about} />],
    ['textbox', () => <ui.ColorInput {...about} />],
    ['textbox', () => <ui.DateInput {...about} />],
    ['button', () => <ui.DateRangeInput {...about} />],
    ['combobox', () => <ui.Select {...about} options={options} />],
    ['combobox', () => <ui.MultiSelect {...about} options={options} />],
    ['checkbox', () => <ui.Checkbox {...about} />],
    ['switch', () => <ui.Switch {...about} />],
    ['radiogroup', () => <ui.RadioGroup {...about} options={options} />],
    ['slider', () => <ui.Slider {...about} />],
    ['slider', () => <ui.RangeSlider {...about} />],
    ['group', () => <ui.FileInput {...about} />],
  ])('have a label, and help and error as their description: %s %# [I33]', async (role, draw) => {
    await using shown = await stage.show(<>{draw()}</>)
    const field = shown.page.getByRole(role as 'textbox', { name: 'Word' }).first()
    await expectPage(field).toHaveAccessibleDescription(/As it is written\./)
    await expectPage(field).toHaveAccessibleDescription(/It is not so\./)
  })
})

describe('HTML as text', () => {
  const HOSTILE =
    '<b>kept</b><script>ran = 1</script><img src="x" onerror="ran = 1" alt=""><style>body { display: none }</style>' +
    '<p style="position: fixed" class="ui-card" id="oriel-content" name="x" data-event="add">p</p>' +
    '<form action="/x"><input><button>go</button></form><a href="javascript:ran = 1" target="_top">a</a>' +
    '<iframe src="/"></iframe><svg><a xlink:href="javascript:ran = 1"><text>x</text></a></svg>'

  it('is cleaned of all that runs, restyles, is filled in or is found by the page’s own code [I9]', async () => {
    await using shown = await stage.show(<ui.Html html={HOSTILE} />)
    const place = shown.page.locator('.ui-html')
    await expectPage(place.locator('b')).toHaveText('kept')
    const found = await place.evaluate((element) => element.innerHTML)
    expect(found).not.toMatch(
      /<(script|style|form|input|button|iframe|svg)|on\w+=|javascript:|(style|class|id|name|target|data-event)=/i,
    )
    expect(await shown.page.evaluate(() => 'ran' in window)).toBe(false)
    expect(shown.problems).toEqual([])
  })

  it('that is marked as trusted keeps its classes, ids and styles, and its scripts do not run [I9]', async () => {
    const html = '<p class="mine" id="own" style="color: red">p</p><script>ran = 1</script>'
    await using shown = await stage.show(<ui.Html trusted html={html} />)
    await expectPage(shown.page.locator('.ui-html p#own.mine')).toHaveCSS('color', 'rgb(255, 0, 0)')
    expect(await shown.page.evaluate(() => 'ran' in window)).toBe(false)
  })
})
