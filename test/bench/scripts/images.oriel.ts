import { ImageStream, show } from 'oriel'
import { HEIGHT, WIDTH, makeFrames } from './frames.ts'

const frames = makeFrames()
const stream = new ImageStream('frames')
const w = await show('<canvas data-stream="frames" style="width: 800px"></canvas>', { title: 'frames' })

let n = 0
const push = () => stream.push({ width: WIDTH, height: HEIGHT, data: frames[n++ % frames.length]! })

/** Frames a second that were shown, one being on its way while the other is drawn. */
w.on('measure', async (ms) => {
  const began = performance.now()
  let shown = 0
  let before = push()
  while (performance.now() - began < (ms as number)) {
    const now = push()
    if ((await before) === 'shown') shown++
    before = now
  }
  const rate = (shown / (performance.now() - began)) * 1000
  await before
  return rate
})
