import { z } from 'zod'
import { defineElement } from './define.ts'

const isBytes = (value: unknown): boolean => value instanceof Uint8Array || value instanceof ArrayBuffer

const bytes = z.custom<Uint8Array | ArrayBuffer>(
  isBytes,
  'has to be a data: or blob: address or the bytes of a picture',
)

const isStream = (value: unknown): boolean => typeof (value as { id?: unknown } | null)?.id === 'string'

const imageStream = z.custom<{ readonly id: string }>(isStream, 'has to be an ImageStream')

/** A picture, or one that moves. */
export const imageElement = defineElement({
  name: 'Image',
  props: {
    /** The bytes of a picture (PNG, JPEG, WebP, AVIF, GIF, SVG), or its data: address. Windows load nothing from elsewhere. */
    src: z.union([z.string(), bytes]).optional(),
    /** In the place of `src`: the newest frame of this ImageStream. */
    stream: imageStream.transform(({ id }) => id).optional(),
    /** Type of the bytes. Default 'image/png'. */
    mime: z.string().default('image/png'),
    /** What it shows, for who cannot see it; '' where it only decorates. */
    alt: z.string(),
    /** Below it. Default: none. */
    caption: z.string().optional(),
    /** Pixels. Default: its own, as far as there is room. */
    width: z.number().positive().optional(),
    /** Pixels. Default: its own, or as the width asks for. */
    height: z.number().positive().optional(),
    /** How it fills width and height: all of it, or all of them. Default 'contain'. */
    fit: z.enum(['contain', 'cover']).default('contain'),
  },
  events: {},
  children: 'none',
  together: {
    holds: ({ src, stream }) => (src === undefined) !== (stream === undefined),
    otherwise: 'takes one of src and stream',
  },
})
