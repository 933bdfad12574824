import { useAddress } from '../document/image.tsx'
import type { imageElement } from '../../../shared/elements/image.ts'
import type { ElementViewProps } from './view.ts'

/** A picture, with a caption or without. */
export function Image({ src, mime, alt, caption, width, height, fit }: ElementViewProps<typeof imageElement>) {
  const address = useAddress(src, mime)
  const picture = (
    <img className="ui-image" alt={alt} src={address} width={width} height={height} style={{ objectFit: fit }} />
  )
  if (!caption) return picture
  return (
    <figure className="ui-figure">
      {picture}
      <figcaption>{caption}</figcaption>
    </figure>
  )
}
