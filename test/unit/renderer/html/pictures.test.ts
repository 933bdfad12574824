// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { morphInside } from '../../../../src/renderer/html/morph.ts'
import { parseInside } from '../../../../src/renderer/html/parse.ts'
import { followPictures } from '../../../../src/renderer/html/pictures.ts'
import type { FrameHandler, StreamFrame } from '../../../../src/shared/stream.ts'

const frame = (number: number, width = 2, height = 1, more: Partial<StreamFrame> = {}): StreamFrame => ({
  stream: 'camera',
  number,
  kind: 'rgba',
  width,
  height,
  bytes: new Uint8Array(width * height * 4).fill(number),
  ...more,
})

describe('pictures of streams in a page', () => {
  const watched: string[] = []
  const handlers: { stream: string; handler: FrameHandler }[] = []
  const drawn: string[] = []
  let stop = () => {}
  let paint: () => void = () => {}

  const follow = (html: string) => {
    document.body.innerHTML = html
    stop = followPictures(document.body, (stream, handler) => {
      const entry = { stream, handler }
      watched.push(`+${stream}`)
      handlers.push(entry)
      return () => {
        watched.push(`-${stream}`)
        handlers.splice(handlers.indexOf(entry), 1)
      }
    })
  }
  const redraw = (html: string) => morphInside(document.body, parseInside(document.body, html))
  const show = async (one: StreamFrame) => {
    await Promise.all(handlers.filter(({ stream }) => stream === one.stream).map(async ({ handler }) => handler(one)))
  }
  const canvas = () => document.querySelector('canvas')!
  const observed = () => new Promise((resolve) => setTimeout(resolve))

  beforeEach(() => {
    watched.length = handlers.length = drawn.length = 0
    // What jsdom lacks: pixels, a decoder, and painting, which here happens when told.
    vi.stubGlobal(
      'ImageData',
      class {
        readonly data: Uint8ClampedArray
        constructor(data: Uint8ClampedArray) {
          this.data = data
        }
      },
    )
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
      return {
        putImageData: ({ data }: ImageData) => drawn.push(`${this.id}:${data[0]} ${this.width}×${this.height}`),
        clearRect: () => {},
        drawImage: (bitmap: { name: string }) => drawn.push(`${this.id}:${bitmap.name}`),
      } as unknown as RenderingContext
    } as never)
    vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
      const before = paint
      paint = () => (before(), callback())
      return 1
    })
    vi.stubGlobal('cancelAnimationFrame', () => {})
  })
  afterEach(() => {
    stop()
    paint = () => {}
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('draws a frame at its own size into every canvas that names its stream', async () => {
    follow(
      '<canvas id="a" data-stream="camera"></canvas><canvas id="b" data-stream="camera"></canvas><canvas id="c"></canvas>',
    )
    await show(frame(7, 3, 2))
    expect(drawn).toEqual(['a:7 3×2', 'b:7 3×2'])
  })

  it('puts a canvas in the place of an image, with its classes, style, label and size', () => {
    follow(
      '<p><img id="a" class="wide" style="opacity: 0.5" alt="The camera" width="320" data-stream="camera" data-x="1"></p>',
    )
    expect(document.querySelector('img')).toBe(null)
    const { id, className, style, dataset } = canvas()
    expect([id, className, style.opacity, style.width, dataset.x]).toEqual(['a', 'wide', '0.5', '320px', '1'])
    expect([canvas().getAttribute('role'), canvas().getAttribute('aria-label')]).toEqual(['img', 'The camera'])
    expect(canvas().hasAttribute('width')).toBe(false)
  })

  it('keeps canvas and picture when the content is drawn anew, also as an image', async () => {
    follow('<img id="a" data-stream="camera" alt="x">')
    await show(frame(1, 4, 3))
    const before = canvas()
    redraw('<h1>New</h1><img id="a" class="big" data-stream="camera" alt="x">')
    await observed()
    expect(canvas()).toBe(before)
    expect([before.width, before.height, before.className]).toEqual([4, 3, 'big'])
    expect(watched).toEqual(['+camera'])
  })

  it('watches for elements that come, and no longer for those that go', async () => {
    follow('<p>Nothing yet</p>')
    redraw('<canvas data-stream="left"></canvas><div><img data-stream="right"></div>')
    await observed()
    expect(watched).toEqual(['+left', '+right'])
    redraw('<canvas data-stream="left"></canvas>')
    await observed()
    expect(watched).toEqual(['+left', '+right', '-right'])
    document.querySelector('canvas')!.dataset.stream = 'other'
    await observed()
    expect(watched.slice(3)).toEqual(['-left', '+other'])
    document.querySelector('canvas')!.removeAttribute('data-stream')
    await observed()
    expect(watched.at(-1)).toBe('-other')
  })

  it('draws no more often than the page is painted', async () => {
    follow('<canvas id="a" data-stream="camera"></canvas>')
    await show(frame(1))
    const second = show(frame(2))
    await observed()
    expect(drawn).toEqual(['a:1 2×1'])
    paint()
    await second
    expect(drawn).toEqual(['a:1 2×1', 'a:2 2×1'])
  })

  it('goes on, slowly, in a page that is not painted because nobody sees it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    follow('<canvas id="a" data-stream="camera"></canvas>')
    await show(frame(1))
    let isShown = false
    void show(frame(2)).then(() => (isShown = true))
    await vi.advanceTimersByTimeAsync(249)
    expect(isShown).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(isShown).toBe(true)
  })

  it('decodes files as what they are, and fails what cannot be decoded', async () => {
    const types: string[] = []
    let closed = 0
    vi.stubGlobal('createImageBitmap', async ({ type }: Blob) => {
      types.push(type)
      if (type === 'image/webp') throw new DOMException('The source image could not be decoded.', 'InvalidStateError')
      return { name: type, close: () => closed++ }
    })
    follow('<canvas id="a" data-stream="camera"></canvas>')
    await show(frame(1, 2, 1, { kind: 'png' }))
    paint()
    await show(frame(2, 2, 1, { kind: 'jpeg' }))
    await expect(show(frame(3, 2, 1, { kind: 'webp' }))).rejects.toThrow('could not be decoded')
    await expect(show(frame(4, 0, 0, { kind: 'bytes' }))).rejects.toThrow('oriel.onFrame')
    expect([types, closed]).toEqual([['image/png', 'image/jpeg', 'image/webp'], 2])
    expect(drawn).toEqual(['a:image/png', 'a:image/jpeg'])
  })

  it('[G4] a picture decoded too late is not drawn over that of another stream', async () => {
    const decoding = Promise.withResolvers<object>()
    vi.stubGlobal('createImageBitmap', () => decoding.promise)
    follow('<canvas id="a" data-stream="camera"></canvas>')
    const late = show(frame(1, 2, 1, { kind: 'png' }))
    canvas().dataset.stream = 'other'
    await observed()
    await show(frame(9, 2, 1, { stream: 'other' }))
    decoding.resolve({ name: 'late', close: () => {} })
    paint()
    await late
    expect(drawn).toEqual(['a:9 2×1'])
  })
})
