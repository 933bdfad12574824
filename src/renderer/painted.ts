/** A minimised window is not asked for frames; what it would show is drawn all the same after this long, in ms. */
const NO_FRAMES_MS = 1000

/** Resolves once everything drawn so far, fonts and pictures included, has been painted. */
export async function painted(drawn: Promise<void>): Promise<void> {
  await drawn
  await document.fonts.ready
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})))
  const frames = new Promise<void>((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
  })
  const noFrames = new Promise<void>((resolve) => {
    setTimeout(resolve, NO_FRAMES_MS)
  })
  await Promise.race([frames, noFrames])
}
