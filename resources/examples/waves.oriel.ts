// title: Waves
// about: A moving picture, 1920 × 1080, computed in the script: three sources in a ripple tank. Slow it, stop it, colour it.
import { setTimeout } from 'node:timers/promises'
import { html, ImageStream, raw, SessionState, show } from 'oriel'
import { z } from 'zod'
import { COLOURS, HEIGHT, RippleTank, WIDTH } from './waves/ripple-tank.ts'

/** Pictures a second, at most: windows that cannot keep up get fewer. */
const RATE = 30

// What a person sets belongs to the session: another session of this script has its own tank and its own picture.
class Settings extends SessionState.define({
  wavelength: z.int().min(12).max(160).default(64),
  speed: z.int().min(0).max(20).default(6),
  colours: z.enum(COLOURS).default('sea'),
  paused: z.boolean().default(false),
}) {}
const settings = Settings.get()
const picture = new ImageStream('waves')

const options = COLOURS.map(
  (name) => html`<option ${raw(name === settings.colours ? 'selected' : '')}>${name}</option>`,
)
const pauseText = () => (settings.paused ? 'Go on' : 'Pause')
const w = await show(
  html`<style>
      .waves {
        display: grid;
        gap: 0.9rem;
        max-width: 1100px;
        margin: 0 auto;
      }
      .waves canvas {
        width: 100%;
        aspect-ratio: ${WIDTH} / ${HEIGHT};
      }
      .waves .head,
      .waves .controls {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.6rem 1.4rem;
      }
      .waves :is(h1, p) {
        margin: 0;
      }
      .waves .rate {
        margin-left: auto;
        font-variant-numeric: tabular-nums;
      }
      .waves label {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        margin: 0;
      }
      .waves output {
        min-width: 4.2em;
        font-variant-numeric: tabular-nums;
      }
      .waves button {
        min-width: 6em;
      }
    </style>
    <div class="waves">
      <div class="head">
        <h1>Waves</h1>
        <p class="rate muted">Frame <span id="frame">0</span> · <span id="rate">–</span> frames a second</p>
      </div>
      <img id="picture" data-stream="waves" alt="Waves from three sources, seen from above" />
      <div class="controls">
        <button id="pause" data-event="pause">${pauseText()}</button>
        <label>
          Wavelength
          <input type="range" name="wavelength" min="12" max="160" value="${settings.wavelength}" data-event="set" data-on="input" />
          <output id="wavelength">${settings.wavelength} pixels</output>
        </label>
        <label>
          Speed
          <input type="range" name="speed" min="0" max="20" value="${settings.speed}" data-event="set" data-on="input" />
        </label>
        <label>Colours <select name="colours" data-event="set">${options}</select></label>
      </div>
    </div>`,
  { title: 'Waves', width: 1000, height: 760 },
)

const Change = z.object({ name: z.enum(['wavelength', 'speed', 'colours']), value: z.union([z.string(), z.number()]) })
w.on('set', async (data) => {
  const { name, value } = Change.parse(data)
  Object.assign(settings, { [name]: name === 'colours' ? value : Number(value) })
  await w.patch('#wavelength', html`${settings.wavelength} pixels`)
})

let resumed = Promise.withResolvers<void>()
w.on('pause', async () => {
  settings.paused = !settings.paused
  if (!settings.paused) resumed.resolve()
  await w.patch('#pause', pauseText())
})

async function run(): Promise<void> {
  const tank = new RippleTank()
  let frames = 0
  let counted = { frames, at: performance.now() }
  const tellRate = async (rate: string): Promise<void> => {
    await w.patch('#frame', String(frames))
    await w.patch('#rate', rate)
  }
  while (!picture.signal.aborted) {
    const due = setTimeout(1000 / RATE)
    tank.draw(settings)
    // What becomes of the frame is known when a window has drawn it: the next is computed then, and no sooner than it is due.
    if ((await picture.push(tank)) === 'shown') frames++
    await due
    const now = performance.now()
    if (settings.paused) {
      resumed = Promise.withResolvers()
      await Promise.all([tellRate('0'), resumed.promise])
      counted = { frames, at: performance.now() }
    } else if (now - counted.at >= 1000) {
      await tellRate((((frames - counted.frames) / (now - counted.at)) * 1000).toFixed(0))
      counted = { frames, at: now }
    }
  }
}
// Not awaited: the script is done with its beginning, and the picture goes on.
void run()
