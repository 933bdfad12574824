import { show } from 'oriel'

const window = await show('<button data-event="picture">Picture</button> <p id="last">none</p>', { title: 'Picture' })

/** What the header of a PNG of the window says. */
async function size(): Promise<string> {
  const png = await window.capture()
  const header = new DataView(png.buffer, png.byteOffset)
  return `${header.getUint32(16)} x ${header.getUint32(20)}`
}

console.log(`picture at the start: ${await size()}`)
let taken = 0
window.on('picture', async () => window.patch('#last', `picture ${++taken}: ${await size()}`))
