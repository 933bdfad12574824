import { useEffect, useMemo, useState } from 'react'
import { isArrayBuffer, isTypedArray } from '../../../shared/document/kinds.ts'
import type { Value } from '../../../shared/value.ts'
import { useAttributes } from './element.tsx'
import { useBinding } from './use-binding.ts'
import type { RecordViewProps } from './record.tsx'

const SHOWN = /^(blob:|data:image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)[;,])/i

/** `img`: its `src` is a data: or blob: address, or the picture's bytes with `mime` (default image/png). */
export function ImageView({ record }: RecordViewProps) {
  const { src, mime } = record.props
  const address = useAddress(src, typeof mime === 'string' ? mime : 'image/png')
  const attributes = useAttributes(record)
  const ref = useBinding<HTMLImageElement>(record)
  return <img alt="" {...attributes} src={address} ref={ref} />
}

/** The address of a picture that is given as an address or as bytes; undefined while there is none. */
export function useAddress(src: Value | undefined, mime: string): string | undefined {
  const given = typeof src === 'string' && SHOWN.test(src) ? src : undefined
  const blob = useMemo(
    () => (isArrayBuffer(src) || isTypedArray(src) ? new Blob([src as BlobPart], { type: mime }) : null),
    [src, mime],
  )
  const [made, setMade] = useState<string>()
  useEffect(() => {
    if (!blob) return setMade(undefined)
    const address = URL.createObjectURL(blob)
    setMade(address)
    return () => URL.revokeObjectURL(address)
  }, [blob])
  return made ?? given
}
