import { useAddress } from '../document/image.tsx'
import { STREAM_ATTRIBUTE } from '../../html/pictures.ts'
import type { imageElement } from '../../../shared/elements/image.ts'
import type { ElementViewProps } from './view.ts'

/** A picture or a stream of them, with a caption or without. */
export function Image(props: ElementViewProps<typeof imageElement>) {
  const { caption } = props
  const picture = props.stream === undefined ? <Still {...props} /> : <Moving {...props} />
  if (!caption) return picture
  return (
    <figure className="ui-figure">
      {picture}
      <figcaption>{caption}</figcaption>
    </figure>
  )
}

function Still({ src, mime, alt, width, height, fit }: ElementViewProps<typeof imageElement>) {
  const address = useAddress(src, mime)
  return <img className="ui-image" alt={alt} src={address} width={width} height={height} style={{ objectFit: fit }} />
}

/** The page draws the frames; the number of pixels of a canvas is theirs, so its size is style. */
function Moving({ stream, alt, width, height, fit }: ElementViewProps<typeof imageElement>) {
  const hidden = alt === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': alt }
  return (
    <canvas
      className="ui-image"
      {...hidden}
      {...{ [STREAM_ATTRIBUTE]: stream }}
      style={{ width, height, objectFit: fit }}
    />
  )
}
