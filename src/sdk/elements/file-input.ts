import { createElement, useContext, useEffect, useState } from 'react'
import { z } from 'zod'
import { fileInputElement, fileInputProps } from '../../shared/elements/file-input.ts'
import type { PayloadOf } from '../../shared/elements/define.ts'
import { element } from './element.ts'
import type { FileInputLook } from './element-props.ts'
import { FileUploads } from './file-uploads.ts'
import type { UploadedFile } from './file-uploads.ts'
import { OwnFieldsContext } from './form.ts'

const FileInputHost = element(fileInputElement)
const propsSchema = z.object(fileInputProps)

interface OneFile {
  /** Several files can be chosen. Default false. */
  multiple?: false
  /** The file, once all of it is here; null when it was taken out. */
  onChange?: (file: UploadedFile | null) => unknown
}

interface SeveralFiles {
  /** Several files can be chosen. */
  multiple: true
  /** All files that are here, after each that has come or was taken out. */
  onChange?: (files: readonly UploadedFile[]) => unknown
}

export type FileInputProps = FileInputLook & (OneFile | SeveralFiles)

/**
 * A file that a person chooses or drops; the script gets its bytes. It is sent in parts, with its progress and a way to
 * stop it. In a Form its value is the file, null without one (with `multiple`: a list).
 */
export function FileInput(props: FileInputProps) {
  const { name, multiple = false, onChange: _, maxBytes, maxFiles, ...look } = props
  const limits = propsSchema.pick({ maxBytes: true, maxFiles: true }).parse({ maxBytes, maxFiles })
  const [uploads] = useState(() => new FileUploads())
  const [files, setFiles] = useState<readonly UploadedFile[]>([])

  const own = useContext(OwnFieldsContext)
  useEffect(() => {
    if (!own || name === undefined) return
    const read = () => (multiple ? [...uploads.kept] : (uploads.kept[0] ?? null)) as never
    own.set(name, read)
    return () => {
      if (own.get(name) === read) own.delete(name)
    }
  }, [own, name, multiple, uploads])

  const onChunk = (chunk: PayloadOf<typeof fileInputElement, 'onChunk'>): true => {
    uploads.add(chunk, { maxBytes: limits.maxBytes, maxFiles: multiple ? limits.maxFiles : 1 })
    return true
  }
  const onChosen = async (ids: string[]): Promise<void> => {
    const kept = uploads.keep(ids)
    setFiles(kept)
    if (props.multiple) await props.onChange?.(kept)
    else await props.onChange?.(kept[0] ?? null)
  }
  return createElement(FileInputHost, {
    ...look,
    ...limits,
    name,
    multiple,
    files: files.map((file) => ({ upload: uploads.idOf(file), name: file.name, size: file.size })),
    onChunk,
    onChange: onChosen,
  })
}
