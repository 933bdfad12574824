// Every element of oriel/ui on one page, group by group. Read it beside its window.
import { show } from 'oriel'
import * as ui from 'oriel/ui'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { z } from 'zod'

function Layout() {
  const [isOpen, setOpen] = useState<'modal' | 'drawer' | null>(null)
  return (
    <ui.Column gap="lg">
      <Part title="Row, Column, Grid, Card">
        <ui.Grid minWidth={180}>
          <ui.Card title="A card" description="with a line below its title">
            <ui.Text>What belongs together.</ui.Text>
          </ui.Card>
          <ui.Card>
            <ui.Column gap="xs">
              <ui.Text>One</ui.Text>
              <ui.Text>below</ui.Text>
              <ui.Text>the other</ui.Text>
            </ui.Column>
          </ui.Card>
          <ui.Card>
            <ui.Row>
              <ui.Text>Side</ui.Text>
              <ui.Divider orientation="vertical" />
              <ui.Text>by side</ui.Text>
            </ui.Row>
          </ui.Card>
        </ui.Grid>
      </Part>
      <Part title="Split">
        <ui.Split defaultSize={35} height={110}>
          <ui.Card>Drag the edge, or use the arrow keys.</ui.Card>
          <ui.Card>What is right of it takes the rest.</ui.Card>
        </ui.Split>
      </Part>
      <Part title="Expander, Modal, Drawer">
        <ui.Expander label="What is in here?" defaultOpen>
          <ui.Text>Things that not everybody needs.</ui.Text>
        </ui.Expander>
        <ui.Row>
          <ui.Button onClick={() => setOpen('modal')}>Open a modal</ui.Button>
          <ui.Button onClick={() => setOpen('drawer')}>Open a drawer</ui.Button>
        </ui.Row>
        <ui.Modal open={isOpen === 'modal'} title="Rename" onClose={() => setOpen(null)}>
          <ui.TextInput label="New name" defaultValue="Untitled" />
          <ui.Row justify="end">
            <ui.Button variant="primary" onClick={() => setOpen(null)}>
              Rename
            </ui.Button>
          </ui.Row>
        </ui.Modal>
        <ui.Drawer open={isOpen === 'drawer'} title="Details" onClose={() => setOpen(null)}>
          <ui.Text>Escape closes it, and the focus is back on the button.</ui.Text>
        </ui.Drawer>
      </Part>
    </ui.Column>
  )
}

const MARKDOWN = `Text with **bold**, *italic* and \`code\`, and a [link](https://en.wikipedia.org/wiki/Oriel_window).

- [x] lists of tasks
- [ ] and tables:

| bird | mass |
| --- | ---: |
| Adélie | 3.7 kg |
| Gentoo | 5.1 kg |
`

const CODE = `// coloured by its language
export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}`

function Words() {
  return (
    <ui.Column gap="lg">
      <Part title="Heading, Text, Link, Badge">
        <ui.Heading level={3}>A heading of level 3</ui.Heading>
        <ui.Text>
          A paragraph with{' '}
          <ui.Text inline tone="muted">
            a quiet part
          </ui.Text>{' '}
          and <ui.Link href="https://en.wikipedia.org/wiki/Oriel_window">a link</ui.Link>.
        </ui.Text>
        <ui.Row gap="sm">
          <ui.Badge>neutral</ui.Badge>
          <ui.Badge tone="accent">accent</ui.Badge>
          <ui.Badge tone="success">success</ui.Badge>
          <ui.Badge tone="warning">warning</ui.Badge>
          <ui.Badge tone="danger">danger</ui.Badge>
        </ui.Row>
      </Part>
      <Part title="Metric">
        <ui.Grid minWidth={180}>
          <ui.Card>
            <ui.Metric label="Visitors" value={18340} delta={1204} help="since yesterday" />
          </ui.Card>
          <ui.Card>
            <ui.Metric label="Answer time" value={42} unit="ms" delta="+3 ms" good="down" help="99 of 100 requests" />
          </ui.Card>
          <ui.Card>
            <ui.Metric label="Temperature" value="21.5" unit="°C" delta={-0.4} good="none" help="in the last hour" />
          </ui.Card>
        </ui.Grid>
      </Part>
      <Part title="Alert">
        <ui.Alert title="For your information">The import runs every night.</ui.Alert>
        <ui.Alert kind="success">All 344 rows were stored.</ui.Alert>
        <ui.Alert kind="warning" title="Careful">
          The disk is almost full.
        </ui.Alert>
        <ui.Alert kind="error" title="That went wrong">
          The file has no column “mass”.
        </ui.Alert>
      </Part>
      <ui.Divider label="Markdown and Code" />
      <ui.Markdown>{MARKDOWN}</ui.Markdown>
      <ui.Code language="ts">{CODE}</ui.Code>
    </ui.Column>
  )
}

const CITIES = [
  'Athens',
  'Bergen',
  'Bilbao',
  'Cork',
  'Gdańsk',
  'Ghent',
  'Graz',
  'Lyon',
  'Porto',
  'Tartu',
  'Turin',
  'Zadar',
]

function Inputs() {
  const [name, setName] = useState('Ada')
  const [volume, setVolume] = useState(40)
  return (
    <ui.Column gap="lg">
      <ui.Grid minWidth={260} gap="lg">
        <ui.TextInput label="Your name" value={name} onChange={setName} help={`${name.length} characters`} />
        <ui.PasswordInput label="Password" defaultValue="open sesame" />
        <ui.NumberInput label="Mass" defaultValue={12.5} min={0} step={0.5} suffix=" kg" />
        <ui.Select label="City" options={CITIES} placeholder="Choose, or type to find" clearable />
        <ui.MultiSelect
          label="Species"
          options={['Adélie', 'Chinstrap', 'Gentoo']}
          defaultValue={['Gentoo']}
          clearable
        />
        <ui.DateInput label="Day" defaultValue="2026-03-14" clearable />
        <ui.DateRangeInput label="From and to" defaultValue={['2026-03-14', '2026-03-20']} clearable />
        <ui.ColorInput label="Colour" defaultValue="#0d6a6a" swatches={['#0d6a6a', '#dd9c36', '#b1271d']} />
        <ui.Slider label="Volume" value={volume} onChange={setVolume} suffix=" %" />
        <ui.RangeSlider label="Years" min={1990} max={2030} defaultValue={[2000, 2015]} />
        <ui.RadioGroup
          label="Size"
          options={['small', 'medium', 'large']}
          defaultValue="medium"
          orientation="horizontal"
        />
        <ui.Column gap="sm">
          <ui.Checkbox label="Send me a copy" defaultChecked />
          <ui.Switch label="Notify me" help="Once a day at most" />
        </ui.Column>
        <ui.TextArea label="Remarks" placeholder="Anything else?" />
        <ui.FileInput label="Photo" accept="image/*" maxBytes={10_000_000} />
      </ui.Grid>
      <Part title="Button">
        <ui.Row>
          <ui.Button>Default</ui.Button>
          <ui.Button variant="primary">Primary</ui.Button>
          <ui.Button variant="plain">Plain</ui.Button>
          <ui.Button variant="danger">Danger</ui.Button>
          <ui.Button disabled>Disabled</ui.Button>
          <ui.Button loading>Loading</ui.Button>
        </ui.Row>
      </Part>
      <Part title="Form">
        <Subscribe />
      </Part>
    </ui.Column>
  )
}

const subscription = z.object({ email: z.email(), often: z.enum(['daily', 'weekly']) })

function Subscribe() {
  const [done, setDone] = useState('')
  return (
    <ui.Form
      schema={subscription}
      resetOnSuccess
      onSubmit={({ email, often }) => setDone(`${email} is written to ${often}.`)}
    >
      <ui.Grid minWidth={220}>
        <ui.TextInput name="email" label="E-mail" type="email" required />
        <ui.Select name="often" label="How often" options={['daily', 'weekly']} required />
      </ui.Grid>
      <ui.Row>
        <ui.Button type="submit" variant="primary">
          Subscribe
        </ui.Button>
        {done && <ui.Text tone="success">{done}</ui.Text>}
      </ui.Row>
    </ui.Form>
  )
}

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="120"><defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#0d6a6a"/><stop offset="1" stop-color="#f2bf63"/></linearGradient></defs><rect width="320" height="120" fill="url(#sky)"/><circle cx="236" cy="74" r="22" fill="#fff3d6"/></svg>`

function Data() {
  return (
    <ui.Grid minWidth={300} gap="lg">
      <Part title="Image">
        <ui.Image
          src={new TextEncoder().encode(PICTURE)}
          mime="image/svg+xml"
          alt="A sun low over the horizon"
          caption="Bytes of a picture, or a data: address"
        />
      </Part>
      <Part title="Json">
        <ui.Json
          label="A penguin"
          depth={2}
          value={{ species: 'Gentoo', mass: 5100, ringed: true, seen: [2007, 2008, 2009], mate: null }}
        />
      </Part>
      <Part title="Log">
        <ui.Log
          lines={[
            '12:00:01 reading penguins.csv',
            { text: '12:00:01 2 rows have no mass', level: 'warning' },
            { text: '12:00:02 row 291 cannot be read', level: 'error' },
            { text: '12:00:02 took 0.8 s', level: 'debug' },
          ]}
        />
      </Part>
    </ui.Grid>
  )
}

function Status() {
  const [toasts, setToasts] = useState<number[]>([])
  return (
    <ui.Grid minWidth={300} gap="lg">
      <Part title="Progress">
        <ui.Progress label="Copying files" value={64} />
        <ui.Progress label="Waiting for the server" />
      </Part>
      <Part title="Spinner, Skeleton">
        <ui.Row>
          <ui.Spinner size="sm" label="Small" />
          <ui.Spinner label="Medium" />
          <ui.Spinner size="lg" label="Large" />
        </ui.Row>
        <ui.Skeleton />
      </Part>
      <Part title="Toast">
        <ui.Row>
          <ui.Button onClick={() => setToasts((list) => [...list, Date.now()])}>Say something</ui.Button>
        </ui.Row>
        {toasts.map((id) => (
          <ui.Toast
            key={id}
            kind="success"
            title="Saved"
            onClose={() => setToasts((list) => list.filter((other) => other !== id))}
          >
            It goes by itself after five seconds.
          </ui.Toast>
        ))}
      </Part>
    </ui.Grid>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <ui.Column gap="sm">
      <ui.Text size="sm" tone="muted" bold>
        {title}
      </ui.Text>
      {children}
    </ui.Column>
  )
}

function Gallery() {
  return (
    <>
      <ui.Sidebar label="About" defaultOpen={false} width={240}>
        <ui.Text>This is a Sidebar. It stands at the edge of the window, wherever in the tree it is.</ui.Text>
      </ui.Sidebar>
      <ui.Heading level={1}>Elements</ui.Heading>
      <ui.Tabs label="Groups of elements">
        <ui.Tab label="Layout">
          <Layout />
        </ui.Tab>
        <ui.Tab label="Text">
          <Words />
        </ui.Tab>
        <ui.Tab label="Input">
          <Inputs />
        </ui.Tab>
        <ui.Tab label="Data">
          <Data />
        </ui.Tab>
        <ui.Tab label="Status">
          <Status />
        </ui.Tab>
      </ui.Tabs>
    </>
  )
}

await show(<Gallery />, { title: 'Elements', width: 1000, height: 860 })
