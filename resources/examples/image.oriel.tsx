// title: Photo
// about: Filters on a photo, computed in the script while you move a slider. Open a picture of your own, save what you made.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { useEffect, useState } from 'react'
import { ImageStream, SessionState, dialog, menu, show } from 'oriel'
import { Column, Image, Slider } from 'oriel/ui'
import { z } from 'zod'
import { applyFilters } from './image/filters.ts'
import { readPng } from './image/png.ts'
import { writePng } from './image/write-png.ts'

const level = () => z.number().min(-100).max(100).default(0)

/** Kept: the filters are where they were when the window is opened again. */
class Edit extends SessionState.define({
  brightness: level(),
  contrast: level(),
  saturation: level(),
  blur: z.int().min(0).max(30).default(0),
  sepia: z.number().min(0).max(100).default(0),
}) {}

const SLIDERS = [
  { name: 'brightness', label: 'Brightness', min: -100, max: 100 },
  { name: 'contrast', label: 'Contrast', min: -100, max: 100 },
  { name: 'saturation', label: 'Saturation', min: -100, max: 100 },
  { name: 'blur', label: 'Blur', min: 0, max: 30 },
  { name: 'sepia', label: 'Sepia', min: 0, max: 100 },
] as const

const PHOTO = new URL('./data/grace-hopper.png', import.meta.url)
const hopper = {
  picture: readPng(await readFile(PHOTO)),
  caption: 'Grace Hopper, 1984. U.S. Navy, public domain',
}
const stream = new ImageStream('photo')

function App() {
  const edit = Edit.use()
  const [photo, setPhoto] = useState(hopper)

  // Every change renders. A frame that is still on its way when the next is made gives way to it.
  useEffect(() => void stream.push(applyFilters(photo.picture, edit)))

  useEffect(() => {
    const open = async () => {
      const file = await dialog.openFile({ title: 'Open a picture', extensions: ['png'] })
      if (file === null) return
      const caption = path.basename(file)
      try {
        setPhoto({ picture: readPng(await readFile(file)), caption })
      } catch (error) {
        await dialog.message(error instanceof Error ? error.message : String(error), { title: caption, level: 'error' })
      }
    }
    const save = () =>
      dialog.saveFile({
        title: 'Save the picture',
        name: 'photo.png',
        extensions: ['png'],
        data: writePng(applyFilters(photo.picture, edit)),
      })
    const startAgain = () => Object.assign(edit, { brightness: 0, contrast: 0, saturation: 0, blur: 0, sepia: 0 })
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
  }, [photo, edit])

  return (
    <div style={{ display: 'grid', gridTemplateColumns: 'auto minmax(12rem, 1fr)', gap: '2rem' }}>
      <Image stream={stream} alt="The photo with its filters" caption={photo.caption} width={480} />
      <Column gap="lg">
        {SLIDERS.map(({ name, label, min, max }) => (
          <Slider
            key={name}
            label={label}
            min={min}
            max={max}
            value={edit[name]}
            onChange={(value) => (edit[name] = value)}
          />
        ))}
      </Column>
    </div>
  )
}

await show(<App />, { title: 'Photo', width: 820, height: 720 })
