// title: Photo
// about: Filters on a photo, computed in the script while you move a slider. Open a picture of your own, save what you made.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ImageStream, SessionState, dialog, html, menu, session, show } from 'oriel'
import { z } from 'zod'
import { applyFilters } from './image/filters.ts'
import { readPng } from './image/png.ts'
import { writePng } from './image/write-png.ts'

const level = () => z.number().min(-100).max(100).default(0)

class Edit extends SessionState.define({
  brightness: level(),
  contrast: level(),
  saturation: level(),
  blur: z.int().min(0).max(30).default(0),
  sepia: z.number().min(0).max(100).default(0),
}) {}
const edit = Edit.get()

const SLIDERS = [
  { name: 'brightness', label: 'Brightness', min: -100, max: 100 },
  { name: 'contrast', label: 'Contrast', min: -100, max: 100 },
  { name: 'saturation', label: 'Saturation', min: -100, max: 100 },
  { name: 'blur', label: 'Blur', min: 0, max: 30 },
  { name: 'sepia', label: 'Sepia', min: 0, max: 100 },
] as const

const PHOTO = new URL('./data/grace-hopper.png', import.meta.url)
let photo = readPng(await readFile(PHOTO))
const stream = new ImageStream('photo')

const sliders = () =>
  SLIDERS.map(
    ({ name, label, min, max }) => html`<label
      ><span>${label}</span> <b id="${name}">${edit[name]}</b>
      <input type="range" name="${name}" min="${min}" max="${max}" value="${edit[name]}" data-event="set" data-on="input" data-recover="never" />
    </label>`,
  )

const w = await show(
  html`<style>
      .photo {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 15rem;
        gap: 1.75rem;
        align-items: start;
        max-width: 62rem;
        margin: 0 auto;
      }
      .photo canvas {
        width: 100%;
        max-height: calc(100vh - 10rem);
        object-fit: contain;
        border-radius: var(--oriel-radius);
      }
      .photo form {
        display: grid;
        gap: 1.1rem;
      }
      .photo label {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.3rem;
      }
      .photo input {
        grid-column: 1 / -1;
        width: 100%;
        accent-color: var(--oriel-accent);
      }
      .photo label b {
        font-weight: 400;
        color: var(--oriel-muted);
        font-variant-numeric: tabular-nums;
      }
    </style>
    <div class="photo">
      <figure>
        <img data-stream="photo" alt="The photo with its filters" />
        <figcaption id="name">Grace Hopper, 1984. U.S. Navy, public domain</figcaption>
      </figure>
      <form id="sliders">${sliders()}</form>
    </div>`,
  { title: 'Photo', width: 1060, height: 760 },
)

const draw = () => stream.push(applyFilters(photo, edit))

const Change = z.object({ name: z.enum(SLIDERS.map(({ name }) => name)), value: z.coerce.number() })
w.on('set', async (data) => {
  const { name, value } = Change.parse(data)
  edit[name] = value
  // Both at once; while the picture is on its way the next change is taken already.
  await Promise.all([w.patch(`#${name}`, String(value)), draw()])
})

async function open(): Promise<void> {
  const file = await dialog.openFile({ title: 'Open a picture', extensions: ['png'] })
  if (file === null) return
  try {
    photo = readPng(await readFile(file))
  } catch (error) {
    return dialog.message(error instanceof Error ? error.message : String(error), {
      title: path.basename(file),
      level: 'error',
    })
  }
  await w.patch('#name', html`${path.basename(file)}`)
  await draw()
}

async function save(): Promise<void> {
  await dialog.saveFile({
    title: 'Save the picture',
    name: 'photo.png',
    extensions: ['png'],
    data: writePng(applyFilters(photo, edit)),
  })
}

async function startAgain(): Promise<void> {
  Object.assign(edit, { brightness: 0, contrast: 0, saturation: 0, blur: 0, sepia: 0 })
  await w.patch('#sliders', html`${sliders()}`)
  await draw()
}

menu([
  {
    label: 'File',
    entries: [
      { label: 'Open…', shortcut: 'Mod+O', onClick: open },
      { label: 'Save as…', shortcut: 'Mod+S', onClick: save },
    ],
  },
  { label: 'Edit', entries: [{ label: 'Start again', shortcut: 'Mod+R', onClick: startAgain }] },
])
session.onClose(() => stream.close())
await draw()
