/*
 * Elements of oriel/ui, each once: how a script draws it, what a person sees, what they do with the keyboard alone, and what
 * the script is told then. Tested by ../elements.test.tsx.
 */
import type { expect as Expect, Locator, Page } from '@playwright/test'
import { Component } from '../../../src/sdk/components.ts'
import { html } from '../../../src/sdk/index.ts'
import * as ui from '../../../src/sdk/ui.ts'
import type { ReactElement } from 'react'
import { z } from 'zod'

/** Makes a handler that notes the event by its name and what it was given. */
export type Tell = (event: string) => (payload: unknown) => void

export interface ElementRow {
  /** With every event told. */
  draw: (tell: Tell) => ReactElement
  /** What has to be seen. */
  sees: (page: Page) => Locator
  /** What a person does, without a pointer. */
  keys?: (page: Page, expect: typeof Expect) => Promise<void>
  /** What the script is told then, in order. */
  told?: readonly (readonly [event: string, payload: unknown])[]
}

const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}
/** As a person comes to it: with the tab key, from the top of the page. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error('The tab key does not come to it.')
}
const DOT =
  'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18" fill="teal"/></svg>'

const signUp = z.object({ name: z.string().min(1), age: z.number().optional() })

/** Says how often it was greeted, and by whom. */
class Greeting extends Component<{ names: string[] }> {
  override mount() {
    void super.mount()
    this.state.names = []
  }
  onGreet({ name }: { name: string }) {
    this.state.names.push(name)
  }
  override render() {
    const { names } = this.state
    return String(
      html`<form data-event="greet">
        <label>Your name <input name="name" /></label>
        <button>Greet</button>
        <p role="status">${names.length === 0 ? 'Nobody yet' : `Hello, ${names.join(' and ')}`}</p>
      </form>`,
    )
  }
}

export const table: Readonly<Record<string, ElementRow>> = {
  Alert: {
    draw: (tell) => (
      <ui.Alert kind="warning" title="Careful" onClose={tell('onClose')}>
        The disk is almost full.
      </ui.Alert>
    ),
    sees: (page) => page.getByRole('alert').filter({ hasText: 'The disk is almost full.' }),
    keys: async (page) => {
      await tabTo(page, page.getByRole('button', { name: 'Close' }))
      await press(page, 'Enter')
    },
    told: [['onClose', null]],
  },
  Badge: { draw: () => <ui.Badge tone="success">stored</ui.Badge>, sees: (page) => page.getByText('stored') },
  Button: {
    draw: (tell) => (
      <ui.Row>
        <ui.Button variant="primary" onClick={tell('onClick')}>
          Add
        </ui.Button>
        <ui.Button>Default</ui.Button>
        <ui.Button variant="plain">Plain</ui.Button>
        <ui.Button variant="danger">Delete</ui.Button>
        <ui.Button disabled>Disabled</ui.Button>
      </ui.Row>
    ),
    sees: (page) => page.getByRole('button', { name: 'Add' }),
    keys: async (page) => {
      await tabTo(page, page.getByRole('button', { name: 'Add' }))
      await press(page, 'Enter', 'Space')
    },
    told: [
      ['onClick', null],
      ['onClick', null],
    ],
  },
  Card: {
    draw: () => (
      <ui.Card title="Penguins" description="of three islands">
        Content
      </ui.Card>
    ),
    sees: (page) => page.getByRole('region', { name: 'Penguins' }),
  },
  Checkbox: {
    draw: (tell) => (
      <ui.Column>
        <ui.Checkbox label="Send a copy" help="To your own address" onChange={tell('onChange')} />
        <ui.Checkbox label="Some" indeterminate />
        <ui.Checkbox label="Agreed" defaultChecked required error="Please agree." />
      </ui.Column>
    ),
    sees: (page) => page.getByRole('checkbox', { name: 'Send a copy' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('checkbox', { name: 'Send a copy' }))
      await press(page, 'Space')
      await expect(page.getByRole('checkbox', { name: 'Send a copy' })).toBeChecked()
    },
    told: [['onChange', true]],
  },
  Code: {
    draw: () => <ui.Code language="ts">{'const answer: number = 42 // yes'}</ui.Code>,
    sees: (page) => page.getByRole('region', { name: 'Code' }).locator('.hljs-number').getByText('42'),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('region', { name: 'Code' }))
      await tabTo(page, page.getByRole('button', { name: 'Copy' }))
      await press(page, 'Enter')
      await expect(page.getByText('Copied')).toBeVisible()
    },
  },
  ColorInput: {
    draw: (tell) => <ui.ColorInput label="Colour" value="#112233" swatches={['#dd9c36']} onChange={tell('onChange')} />,
    sees: (page) => page.getByLabel('Colour', { exact: true }),
    keys: async (page) => {
      await tabTo(page, page.getByLabel('Colour', { exact: true }))
      await press(page, 'Control+A')
      await page.keyboard.type('#aabbcc')
    },
    told: [['onChange', '#aabbcc']],
  },
  Column: {
    draw: () => (
      <ui.Column gap="sm">
        <ui.Text>One</ui.Text>
        <ui.Text>Two</ui.Text>
      </ui.Column>
    ),
    sees: (page) => page.getByText('Two'),
  },
  DateInput: {
    draw: (tell) => <ui.DateInput label="Day" defaultValue="2026-03-14" clearable onChange={tell('onChange')} />,
    sees: (page) => page.getByRole('textbox', { name: 'Day' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('textbox', { name: 'Day' }))
      await press(page, 'Control+A')
      await page.keyboard.type('2026-07-01')
      await press(page, 'Tab')
      await expect(page.getByRole('textbox', { name: 'Day' })).toHaveValue('2026-07-01')
    },
    told: [['onChange', '2026-07-01']],
  },
  DateRangeInput: {
    draw: (tell) => (
      <ui.DateRangeInput label="Days" defaultValue={['2026-03-02', '2026-03-04']} onChange={tell('onChange')} />
    ),
    sees: (page) => page.getByRole('button', { name: 'Days' }),
    keys: async (page) => {
      await tabTo(page, page.getByRole('button', { name: 'Days' }))
      await press(page, 'Enter')
      await page.getByRole('button', { name: 'March 10, 2026' }).focus()
      await press(page, 'Enter')
      await page.getByRole('button', { name: 'March 12, 2026' }).focus()
      await press(page, 'Enter')
    },
    told: [
      ['onChange', ['2026-03-10', null]],
      ['onChange', ['2026-03-10', '2026-03-12']],
    ],
  },
  Divider: {
    draw: () => (
      <ui.Column>
        <ui.Divider />
        <ui.Divider label="or" />
      </ui.Column>
    ),
    sees: (page) => page.getByRole('separator', { name: 'or' }),
  },
  Drawer: {
    draw: (tell) => (
      <ui.Drawer open title="Details" onClose={tell('onClose')}>
        <ui.TextInput label="Name" />
      </ui.Drawer>
    ),
    sees: (page) => page.getByRole('dialog', { name: 'Details' }),
    keys: async (page, expect) => {
      await expect(page.getByLabel('Name')).toBeFocused()
      await press(page, 'Escape')
    },
    told: [['onClose', null]],
  },
  Expander: {
    draw: (tell) => (
      <ui.Expander label="More" onToggle={tell('onToggle')}>
        What is hidden
      </ui.Expander>
    ),
    sees: (page) => page.getByRole('button', { name: 'More', expanded: false }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('button', { name: 'More' }))
      await press(page, 'Enter')
      await expect(page.getByText('What is hidden')).toBeVisible()
    },
    told: [['onToggle', true]],
  },
  FileInput: {
    draw: (tell) => (
      <ui.FileInput
        label="Report"
        maxBytes={1_000_000}
        help="As it was printed"
        onChange={(file) => tell('onChange')(file && { name: file.name, text: new TextDecoder().decode(file.bytes) })}
      />
    ),
    sees: (page) => page.getByRole('group', { name: 'Report' }),
    keys: async (page, expect) => {
      const button = page.getByRole('button', { name: 'Choose a file' })
      const chooser = page.waitForEvent('filechooser')
      await tabTo(page, button)
      await press(page, 'Enter')
      await (await chooser).setFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') })
      await tabTo(page, page.getByRole('button', { name: 'Remove a.txt' }))
      await press(page, 'Enter')
      await expect(button).toBeFocused()
    },
    told: [
      ['onChange', { name: 'a.txt', text: 'hello' }],
      ['onChange', null],
    ],
  },
  Form: {
    draw: (tell) => (
      <ui.Form schema={signUp} label="Sign up" onSubmit={tell('onSubmit')}>
        <ui.TextInput name="name" label="Name" required />
        <ui.NumberInput name="age" label="Age" />
        <ui.Button type="submit" variant="primary">
          Send
        </ui.Button>
      </ui.Form>
    ),
    sees: (page) => page.getByRole('form', { name: 'Sign up' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByLabel('Name'))
      await press(page, 'Enter')
      await expect(page.getByLabel('Name')).toHaveAccessibleDescription(/Please fill this in/)
      await expect(page.getByLabel('Name')).toBeFocused()
      await page.keyboard.type('Ada')
      await press(page, 'Enter')
    },
    told: [['onSubmit', { name: 'Ada' }]],
  },
  Grid: {
    draw: () => (
      <ui.Grid columns={2}>
        <ui.Text>Left</ui.Text>
        <ui.Text>Right</ui.Text>
      </ui.Grid>
    ),
    sees: (page) => page.getByText('Right'),
  },
  Heading: {
    draw: () => <ui.Heading level={3}>Results</ui.Heading>,
    sees: (page) => page.getByRole('heading', { level: 3, name: 'Results' }),
  },
  Image: {
    draw: () => <ui.Image src={DOT} alt="A dot" caption="Only a dot" width={80} />,
    sees: (page) => page.getByRole('img', { name: 'A dot' }),
  },
  Json: {
    draw: () => <ui.Json label="A penguin" value={{ species: 'Gentoo', seen: [2007, 2009], mate: null }} />,
    sees: (page) => page.getByRole('group', { name: 'A penguin' }).getByText('"Gentoo"'),
    keys: async (page, expect) => {
      const seen = page.locator('summary').filter({ hasText: 'seen' })
      await tabTo(page, seen)
      await press(page, 'Enter')
      await expect(page.getByText('2009')).toBeVisible()
    },
  },
  Link: {
    draw: () => <ui.Link href="https://example.org/">Elsewhere</ui.Link>,
    sees: (page) => page.getByRole('link', { name: 'Elsewhere' }),
    keys: (page) => tabTo(page, page.getByRole('link', { name: 'Elsewhere' })),
  },
  Log: {
    draw: () => (
      <ui.Log
        height={80}
        lines={[...Array.from({ length: 40 }, (_, i) => `line ${i}`), { text: 'the last', level: 'error' }]}
      />
    ),
    sees: (page) => page.getByRole('log', { name: 'Log' }).getByText('the last'),
    keys: async (page, expect) => {
      const log = page.getByRole('log')
      await expect(page.getByText('the last')).toBeInViewport()
      await tabTo(page, log)
      await press(page, 'Home')
      await expect(page.getByText('line 0')).toBeInViewport()
    },
  },
  Html: {
    draw: () => (
      <ui.Html
        html={
          '<h3>Letter</h3><p onclick="alert(1)" style="color: red">Dear <b>reader</b>,</p><script>document.title = "bad"</script>' +
          '<img src=x onerror="document.title = \'bad\'" alt=""><form><input></form><a href="javascript:alert(1)">click</a>'
        }
      />
    ),
    sees: (page) =>
      page.locator('.ui-html:not(:has(script, form, input, [onclick], [onerror], [style], a[href])) h3:text("Letter")'),
  },
  Markdown: {
    draw: () => (
      <ui.Markdown>{`# Report\n\nSome **bold** text and [a link](https://example.org).\n\n- [x] done\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\`\`\`sql\nselect 1\n\`\`\`\n`}</ui.Markdown>
    ),
    sees: (page) => page.getByRole('heading', { name: 'Report' }),
    keys: (page) => tabTo(page, page.getByRole('link', { name: 'a link' })),
  },
  Metric: {
    draw: () => <ui.Metric label="Visitors" value={18340} delta={-12} unit="today" help="Counted at the door" />,
    sees: (page) => page.getByRole('group', { name: 'Visitors' }).getByText('18,340'),
  },
  Modal: {
    draw: (tell) => (
      <ui.Modal open title="Rename" onClose={tell('onClose')}>
        <ui.TextInput label="New name" />
        <ui.Button>Rename</ui.Button>
      </ui.Modal>
    ),
    sees: (page) => page.getByRole('dialog', { name: 'Rename' }),
    keys: async (page, expect) => {
      await expect(page.getByLabel('New name')).toBeFocused()
      // round and round, and never out of it
      for (const name of ['Rename', 'Close']) {
        await press(page, 'Tab')
        await expect(page.getByRole('button', { name })).toBeFocused()
      }
      await press(page, 'Enter')
    },
    told: [['onClose', null]],
  },
  Mount: {
    draw: () => (
      <ui.Card title="A component">
        <ui.Mount component={new Greeting()} />
      </ui.Card>
    ),
    sees: (page) => page.getByRole('region', { name: 'A component' }).getByText('Nobody yet'),
    keys: async (page, expect) => {
      const name = page.getByLabel('Your name')
      await tabTo(page, name)
      await page.keyboard.type('Ada')
      await press(page, 'Enter')
      await expect(page.getByRole('status')).toHaveText('Hello, Ada')
      await press(page, 'End')
      await page.keyboard.type('!')
      await press(page, 'Tab', 'Space')
      await expect(page.getByRole('status')).toHaveText('Hello, Ada and Ada!')
      await expect(page.getByRole('button', { name: 'Greet' })).toBeFocused()
    },
  },
  MultiSelect: {
    draw: (tell) => (
      <ui.MultiSelect
        label="Species"
        options={['Adelie', 'Chinstrap', { value: 'g', label: 'Gentoo' }]}
        defaultValue={['Adelie']}
        onChange={tell('onChange')}
      />
    ),
    sees: (page) => page.getByRole('combobox', { name: 'Species' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('combobox', { name: 'Species' }))
      await press(page, 'ArrowDown')
      await expect(page.getByRole('option', { name: 'Gentoo' })).toBeVisible()
      await press(page, 'ArrowDown', 'ArrowDown', 'Enter', 'Escape')
    },
    told: [['onChange', ['Adelie', 'g']]],
  },
  NumberInput: {
    draw: (tell) => (
      <ui.NumberInput label="Mass" min={0} suffix=" kg" onChange={tell('onChange')} onBlur={tell('onBlur')} />
    ),
    sees: (page) => page.getByRole('textbox', { name: 'Mass' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('textbox', { name: 'Mass' }))
      await page.keyboard.type('12.05')
      await expect(page.getByRole('textbox', { name: 'Mass' })).toHaveValue('12.05 kg')
      await press(page, 'Tab')
    },
    told: [
      ['onChange', 1],
      ['onChange', 12],
      ['onChange', 12.05],
      ['onBlur', 12.05],
    ],
  },
  PasswordInput: {
    draw: (tell) => (
      <ui.PasswordInput
        label="Password"
        onChange={tell('onChange')}
        onSubmit={tell('onSubmit')}
        onBlur={tell('onBlur')}
      />
    ),
    sees: (page) => page.getByLabel('Password', { exact: true }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByLabel('Password', { exact: true }))
      await page.keyboard.type('s')
      await press(page, 'Enter', 'Tab', 'Space')
      await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'text')
    },
    told: [
      ['onChange', 's'],
      ['onSubmit', 's'],
      ['onBlur', 's'],
    ],
  },
  Progress: {
    draw: () => (
      <ui.Column>
        <ui.Progress label="Copying" value={3} max={12} />
        <ui.Progress label="Waiting" />
      </ui.Column>
    ),
    sees: (page) => page.getByRole('progressbar', { name: 'Copying' }),
  },
  RadioGroup: {
    draw: (tell) => (
      <ui.RadioGroup
        label="Size"
        options={['small', { value: 'm', label: 'medium' }, 'large']}
        defaultValue="small"
        onChange={tell('onChange')}
      />
    ),
    sees: (page) => page.getByRole('radiogroup', { name: 'Size' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('radio', { name: 'small' }))
      await press(page, 'ArrowDown')
      await expect(page.getByRole('radio', { name: 'medium' })).toBeChecked()
    },
    told: [['onChange', 'm']],
  },
  RangeSlider: {
    draw: (tell) => (
      <ui.RangeSlider
        label="Years"
        min={2000}
        max={2010}
        defaultValue={[2002, 2005]}
        marks={[{ value: 2005, label: '2005' }]}
        onChange={tell('onChange')}
        onChangeEnd={tell('onChangeEnd')}
      />
    ),
    sees: (page) => page.getByRole('slider', { name: 'Years: from' }),
    keys: async (page) => {
      await tabTo(page, page.getByRole('slider', { name: 'Years: to' }))
      await press(page, 'ArrowRight')
    },
    told: [
      ['onChange', [2002, 2006]],
      ['onChangeEnd', [2002, 2006]],
    ],
  },
  Row: {
    draw: () => (
      <ui.Row justify="between">
        <ui.Text>Left</ui.Text>
        <ui.Text>Right</ui.Text>
      </ui.Row>
    ),
    sees: (page) => page.getByText('Right'),
  },
  Select: {
    draw: (tell) => (
      <ui.Select
        label="City"
        placeholder="Choose"
        options={['Oslo', { value: 'rome', label: 'Rome', group: 'South' }]}
        onChange={tell('onChange')}
      />
    ),
    sees: (page) => page.getByRole('combobox', { name: 'City' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('combobox', { name: 'City' }))
      await press(page, 'ArrowDown')
      await expect(page.getByRole('option', { name: 'Rome' })).toBeVisible()
      await press(page, 'ArrowDown', 'Enter')
      await expect(page.getByRole('combobox', { name: 'City' })).toHaveValue('Rome')
    },
    told: [['onChange', 'rome']],
  },
  Sidebar: {
    draw: (tell) => (
      <ui.Column>
        <ui.Sidebar label="Filters" width={200} defaultOpen onToggle={tell('onToggle')}>
          <ui.TextInput label="Search" />
        </ui.Sidebar>
        <ui.Text>Beside it</ui.Text>
      </ui.Column>
    ),
    sees: (page) => page.getByRole('complementary', { name: 'Filters' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('button', { name: 'Hide Filters' }))
      await press(page, 'Enter')
      await expect(page.getByLabel('Search')).toBeHidden()
    },
    told: [['onToggle', false]],
  },
  Skeleton: { draw: () => <ui.Skeleton />, sees: (page) => page.getByRole('status') },
  Slider: {
    draw: (tell) => (
      <ui.Slider
        label="Volume"
        defaultValue={40}
        suffix=" %"
        help="Of the loudest"
        onChange={tell('onChange')}
        onChangeEnd={tell('onChangeEnd')}
      />
    ),
    sees: (page) => page.getByRole('slider', { name: 'Volume' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('slider', { name: 'Volume' }))
      await press(page, 'ArrowRight')
      await expect(page.getByText('41 %')).toBeVisible()
    },
    told: [
      ['onChange', 41],
      ['onChangeEnd', 41],
    ],
  },
  Spinner: { draw: () => <ui.Spinner label="Counting" />, sees: (page) => page.getByRole('status') },
  Split: {
    draw: (tell) => (
      <ui.Split label="Edge" defaultSize={30} height={120} onResize={tell('onResize')}>
        <ui.Text>First</ui.Text>
        <ui.Text>Second</ui.Text>
      </ui.Split>
    ),
    sees: (page) => page.getByText('Second'),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('separator', { name: 'Edge' }))
      await press(page, 'ArrowRight')
      await expect(page.getByRole('separator', { name: 'Edge' })).toHaveAttribute('aria-valuenow', '32')
    },
    told: [['onResize', 32]],
  },
  Switch: {
    draw: (tell) => <ui.Switch label="Notify me" help="Once a day at most" onChange={tell('onChange')} />,
    sees: (page) => page.getByRole('switch', { name: 'Notify me' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('switch', { name: 'Notify me' }))
      await press(page, 'Space')
      await expect(page.getByRole('switch', { name: 'Notify me' })).toBeChecked()
    },
    told: [['onChange', true]],
  },
  Tab: {
    draw: () => (
      <ui.Tabs label="Parts">
        <ui.Tab label="Alone">The only one</ui.Tab>
      </ui.Tabs>
    ),
    sees: (page) => page.getByRole('tabpanel', { name: 'Alone' }),
  },
  Tabs: {
    draw: (tell) => (
      <ui.Tabs label="Parts" onChange={tell('onChange')}>
        <ui.Tab label="One">First panel</ui.Tab>
        <ui.Tab label="Two" value="second">
          Second panel
        </ui.Tab>
        <ui.Tab label="Three" disabled>
          Never
        </ui.Tab>
      </ui.Tabs>
    ),
    sees: (page) => page.getByRole('tabpanel', { name: 'One' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('tab', { name: 'One' }))
      await press(page, 'ArrowRight')
      await expect(page.getByText('Second panel')).toBeVisible()
    },
    told: [['onChange', 'second']],
  },
  Text: {
    draw: () => (
      <ui.Text tone="muted" lines={2}>
        A quiet text
      </ui.Text>
    ),
    sees: (page) => page.getByText('A quiet text'),
  },
  TextArea: {
    draw: (tell) => <ui.TextArea label="Remarks" maxRows={6} onChange={tell('onChange')} onBlur={tell('onBlur')} />,
    sees: (page) => page.getByLabel('Remarks'),
    keys: async (page) => {
      await tabTo(page, page.getByLabel('Remarks'))
      await press(page, 'a', 'Enter', 'Tab')
    },
    told: [
      ['onChange', 'a'],
      ['onChange', 'a\n'],
      ['onBlur', 'a\n'],
    ],
  },
  TextInput: {
    draw: (tell) => (
      <ui.TextInput
        label="Name"
        help="As in your passport"
        error="Too short"
        required
        onChange={tell('onChange')}
        onSubmit={tell('onSubmit')}
        onBlur={tell('onBlur')}
      />
    ),
    sees: (page) => page.getByLabel('Name'),
    keys: async (page, expect) => {
      await expect(page.getByLabel('Name')).toHaveAccessibleDescription(/Too short.*As in your passport/)
      await tabTo(page, page.getByLabel('Name'))
      await press(page, 'A', 'Enter', 'Tab')
    },
    told: [
      ['onChange', 'A'],
      ['onSubmit', 'A'],
      ['onBlur', 'A'],
    ],
  },
  Toast: {
    draw: (tell) => (
      <ui.Toast kind="success" title="Saved" durationMs={0} onClose={tell('onClose')}>
        All of it.
      </ui.Toast>
    ),
    sees: (page) => page.getByRole('status').filter({ hasText: 'All of it.' }),
    keys: async (page, expect) => {
      await tabTo(page, page.getByRole('button', { name: 'Close' }))
      await press(page, 'Enter')
      await expect(page.getByText('All of it.')).toBeHidden()
    },
    told: [['onClose', null]],
  },
}
