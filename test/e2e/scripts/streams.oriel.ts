import { deflateSync } from 'node:zlib'
import { ByteStream, ImageStream, show } from 'oriel'

let runs = 0
runs++
const picture = new ImageStream('picture')
const samples = new ByteStream('samples')
const shown = '<img id="picture" class="wide" data-stream="picture" alt="A colour" style="width: 200px">'
const w = await show(
  `<h1>Streams</h1><div id="place">${shown}</div><p id="samples"></p><p id="said"></p>
  <script>
    oriel.onFrame('samples', ({ bytes, number }) => {
      document.getElementById('samples').textContent = number + ': ' + [...bytes].join(' ')
    })
  </script>`,
  { title: 'Streams' },
)
const colour = (red: number, green: number, blue: number) => {
  const data = new Uint8ClampedArray(4 * 16 * 9)
  for (let at = 0; at < data.length; at += 4) data.set([red, green, blue, 255], at)
  return { width: 16, height: 9, data }
}

w.on('pixels', (data) => picture.push(colour(...(data as [number, number, number]))))
w.on('png', (data) => picture.push(png(...(data as [number, number, number]))))
w.on('file', (data) => picture.push(data as Uint8Array))
w.on('samples', (data) => samples.push(data as Uint8Array))
w.on('burst', async () => {
  const outcomes = await Promise.all(Array.from({ length: 50 }, (_, n) => picture.push(colour(n, 0, 200))))
  return outcomes.reduce<Record<string, number>>((counts, one) => ({ ...counts, [one]: (counts[one] ?? 0) + 1 }), {})
})
w.on('remove', () => w.patch('#place', ''))
w.on('restore', () => w.patch('#place', `<p>Again</p>${shown}`))
w.on('restyle', () => w.patch('#place', shown.replace('wide', 'narrow')))
w.on('runs', () => runs)

/** A PNG of 2 × 2 pixels in one colour. */
function png(red: number, green: number, blue: number): Uint8Array {
  const chunk = (type: string, body: Uint8Array) => {
    const all = Buffer.alloc(12 + body.length)
    all.writeUInt32BE(body.length)
    all.write(type, 4)
    all.set(body, 8)
    all.writeUInt32BE(crc(all.subarray(4, 8 + body.length)), 8 + body.length)
    return all
  }
  const head = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0])
  const row = [0, red, green, blue, red, green, blue]
  const pixels = deflateSync(Buffer.from([...row, ...row]))
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([mark, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

function crc(bytes: Uint8Array): number {
  let rest = 0xffffffff
  for (const byte of bytes) {
    rest ^= byte
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0)
  }
  return (rest ^ 0xffffffff) >>> 0
}
