import { MIME_TYPES } from '../../shared/frames.ts'
import type { FrameHandler, StreamFrame } from '../../shared/stream.ts'

/** Names the stream whose frames an <img> or <canvas> shows. */
export const STREAM_ATTRIBUTE = 'data-stream'
/** Longest wait for the browser to paint, in ms; a page that nobody sees is not painted at all. */
const MAX_WAIT_MS = 250

/** Starts to watch a stream; gives what ends it. */
export type Watch = (stream: string, handler: FrameHandler) => () => void

/** Whether frames are drawn into this element. */
export function isStreamCanvas(element: Element): element is HTMLCanvasElement {
  return element.localName === 'canvas' && element.hasAttribute(STREAM_ATTRIBUTE)
}

/**
 * Shows the frames of streams in every `<canvas data-stream="ID">` and `<img data-stream="ID">` below `root`, now and later:
 * elements that come are watched for, those that go no longer. Returns the way to stop.
 */
export function followPictures(root: HTMLElement, watch: Watch): () => void {
  const shown = new Map<HTMLCanvasElement, { stream: string; stop: () => void }>()
  const look = (): void => {
    toCanvases(root)
    const found = new Set(root.querySelectorAll<HTMLCanvasElement>(`canvas[${STREAM_ATTRIBUTE}]`))
    for (const [canvas, { stream, stop }] of shown) {
      if (found.has(canvas) && canvas.getAttribute(STREAM_ATTRIBUTE) === stream) continue
      stop()
      shown.delete(canvas)
    }
    for (const canvas of found) {
      const stream = canvas.getAttribute(STREAM_ATTRIBUTE)!
      if (stream !== '' && !shown.has(canvas))
        shown.set(canvas, { stream, stop: watch(stream, (frame) => draw(canvas, frame)) })
    }
  }
  look()
  const observer = new MutationObserver((mutations) => {
    if (mutations.some((mutation) => mutation.type === 'attributes' || bringsElements(mutation))) look()
  })
  observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: [STREAM_ATTRIBUTE] })
  return () => {
    observer.disconnect()
    for (const { stop } of shown.values()) stop()
    shown.clear()
  }
}

/**
 * Puts a canvas in the place of each `<img data-stream>`: pixels can be drawn into nothing else, and it takes part in the
 * layout as a picture does. Classes, styles and all else stay; the size in pixels becomes style, alt text a label.
 */
export function toCanvases(root: ParentNode): void {
  for (const image of root.querySelectorAll<HTMLImageElement>(`img[${STREAM_ATTRIBUTE}]`)) {
    const canvas = image.ownerDocument.createElement('canvas')
    for (const { name, value } of image.attributes) {
      if (name === 'width' || name === 'height') canvas.style.setProperty(name, cssSize(value))
      else if (name === 'alt') canvas.setAttribute('aria-label', value)
      else if (name !== 'src' && name !== 'srcset') canvas.setAttribute(name, value)
    }
    // After the attributes, whose `style` is not to undo it; its own sizes count more.
    if (image.style.width) canvas.style.width = image.style.width
    if (image.style.height) canvas.style.height = image.style.height
    if (!canvas.hasAttribute('role')) canvas.setAttribute('role', 'img')
    image.replaceWith(canvas)
  }
}

function cssSize(value: string): string {
  return /^\d+$/.test(value) ? `${value}px` : value
}

/** Draws a frame. One canvas draws at most once for each picture that the screen shows; what is newer takes the place. */
async function draw(canvas: HTMLCanvasElement, frame: StreamFrame): Promise<void> {
  const picture = await decode(frame)
  try {
    await nextTurn(canvas)
    // It shows another stream by now, which may have drawn already.
    if (canvas.getAttribute(STREAM_ATTRIBUTE) !== frame.stream) return
    if (canvas.width !== frame.width || canvas.height !== frame.height || !canvas.hasAttribute('width')) {
      canvas.width = frame.width
      canvas.height = frame.height
    }
    const context = canvas.getContext('2d')
    if (!context) throw new TypeError('the canvas is used for something else')
    if (picture instanceof ImageData) return context.putImageData(picture, 0, 0)
    context.clearRect(0, 0, frame.width, frame.height)
    context.drawImage(picture, 0, 0, frame.width, frame.height)
  } finally {
    if (!(picture instanceof ImageData)) picture.close()
  }
}

async function decode({ kind, width, height, bytes, stream }: StreamFrame): Promise<ImageData | ImageBitmap> {
  if (kind === 'rgba')
    return new ImageData(new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength), width, height)
  const type = MIME_TYPES[kind]
  if (type === null) throw new TypeError(`"${stream}" is no picture; take its bytes with oriel.onFrame`)
  return createImageBitmap(new Blob([bytes], { type }))
}

/** Canvases that were drawn to since the browser last painted. */
const drawn = new WeakMap<HTMLCanvasElement, Promise<void>>()

/** Resolves when it makes sense to draw: at once if the last drawing has been painted. */
async function nextTurn(canvas: HTMLCanvasElement): Promise<void> {
  await drawn.get(canvas)
  drawn.set(
    canvas,
    new Promise((resolve) => {
      const timer = setTimeout(done, MAX_WAIT_MS)
      const request = requestAnimationFrame(done)
      function done(): void {
        clearTimeout(timer)
        cancelAnimationFrame(request)
        drawn.delete(canvas)
        resolve()
      }
    }),
  )
}

function bringsElements({ addedNodes, removedNodes }: MutationRecord): boolean {
  for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) return true
  for (const node of removedNodes) if (node.nodeType === Node.ELEMENT_NODE) return true
  return false
}
