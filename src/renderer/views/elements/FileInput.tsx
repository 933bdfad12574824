import { Button as MantineButton, Input } from '@mantine/core'
import { useContext, useId, useLayoutEffect, useRef, useState } from 'react'
import type { DragEvent } from 'react'
import { Icon } from '../../ui/Icon.tsx'
import type { fileInputElement } from '../../../shared/elements/file-input.ts'
import { FormContext } from './form-context.ts'
import { descriptionOf, inputProps } from './input-props.ts'
import { formatBytes } from '../../ui/format.ts'
import { Upload } from './upload.ts'
import { UploadRow } from './UploadRow.tsx'
import type { ElementViewProps } from './view.ts'

/** Files to choose or to drop; each is sent in parts and can be stopped meanwhile. */
export function FileInput(props: ElementViewProps<typeof fileInputElement>) {
  const { name, accept, multiple, disabled, maxBytes, maxFiles, files, onChunk, onChange } = props
  const form = useContext(FormContext)
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const [refused, setRefused] = useState<string>()
  const [isOver, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const describedBy = useId()

  /** What stands in the field: what the script has, and what is on its way. */
  const current = useRef({ files, uploads })
  useLayoutEffect(() => {
    current.current = { files, uploads }
  })
  const tell = (keeps: (id: string) => boolean) => {
    const { files: whole, uploads: coming } = current.current
    const ids = [...whole.map((file) => file.upload), ...coming.filter((upload) => upload.stands).map(({ id }) => id)]
    return onChange?.([...new Set(ids)].filter(keeps))
  }

  const take = (chosen: readonly File[]) => {
    if (name !== undefined) form?.onEdit(name)
    const room = multiple ? maxFiles - files.length - uploads.length : 1
    const fitting = chosen.slice(0, Math.max(0, room)).filter((file) => file.size <= maxBytes)
    const tooLarge = chosen.find((file) => file.size > maxBytes)
    setRefused(
      tooLarge
        ? `${tooLarge.name} has ${formatBytes(tooLarge.size)}; files may have up to ${formatBytes(maxBytes)}.`
        : chosen.length > room
          ? `Up to ${multiple ? maxFiles : 1} ${multiple ? 'files' : 'file'} can be sent.`
          : undefined,
    )
    if (!multiple && fitting.length > 0) for (const upload of uploads) upload.stop()
    const started = fitting.map((file) => new Upload(file))
    setUploads((before) => [...(multiple ? before : []), ...started])
    for (const upload of started) void send(upload)
  }
  const send = async (upload: Upload) => {
    const redraw = () => setUploads((before) => [...before])
    if (!onChunk || !(await upload.send(onChunk, redraw))) return redraw()
    await tell((id) => multiple || id === upload.id)
    setUploads((before) => before.filter((other) => other !== upload))
  }
  const remove = (id: string) => {
    uploads.find((upload) => upload.id === id)?.stop()
    setUploads((before) => before.filter((upload) => upload.id !== id))
    void tell((other) => other !== id)
    button.current?.focus()
  }

  const join = form?.join
  useLayoutEffect(() => {
    if (!join || name === undefined) return
    return join(name, {
      read: () => undefined,
      problem: () =>
        current.current.uploads.some((upload) => upload.state === 'sending') ? 'This is still being sent.' : undefined,
      reset: () => {
        for (const upload of current.current.uploads) upload.stop()
        setUploads([])
        void onChange?.([])
      },
      focus: () => button.current?.focus(),
      place: () => button.current,
    })
  }, [join, name, onChange])

  const error = refused ?? props.error ?? (name === undefined ? undefined : form?.errors[name])
  const what = multiple ? 'files' : 'a file'
  const { 'aria-label': hiddenLabel, ...wrapper } = { 'aria-label': undefined, ...inputProps(props, error) }
  return (
    <Input.Wrapper {...wrapper} labelElement="div" id={describedBy}>
      <div
        className="ui-files"
        role="group"
        aria-label={props.label}
        {...descriptionOf(describedBy, props.help, error)}
        data-over={isOver || undefined}
        data-error={error !== undefined || undefined}
        onDragOver={(event: DragEvent) => {
          event.preventDefault()
          setOver(!disabled)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event: DragEvent) => {
          event.preventDefault()
          setOver(false)
          if (!disabled) take([...event.dataTransfer.files].slice(0, multiple ? undefined : 1))
        }}
      >
        <input
          ref={input}
          hidden
          type="file"
          {...{ accept, multiple, disabled }}
          onChange={(event) => {
            take([...(event.currentTarget.files ?? [])])
            // the same file again is a choice too
            event.currentTarget.value = ''
          }}
        />
        <div className="ui-files-choose">
          <MantineButton
            ref={button}
            variant="light"
            disabled={disabled}
            leftSection={<Icon name="folder" />}
            onClick={() => input.current?.click()}
            aria-label={hiddenLabel ? `${hiddenLabel}: choose ${what}` : undefined}
          >
            Choose {what}
          </MantineButton>
          <span className="ui-help">
            or drop {multiple ? 'them' : 'it'} here, up to {formatBytes(maxBytes)}
            {multiple && ' each'}
          </span>
        </div>
        {files.length + uploads.length > 0 && (
          <ul className="ui-files-list">
            {files
              .filter((file) => multiple || uploads.length === 0 || uploads[0]!.id === file.upload)
              .map((file) => (
                <UploadRow
                  key={file.upload}
                  name={file.name}
                  size={file.size}
                  onRemove={disabled ? undefined : () => remove(file.upload)}
                />
              ))}
            {uploads
              .filter((upload) => files.every((file) => file.upload !== upload.id))
              .map((upload) => (
                <UploadRow
                  key={upload.id}
                  name={upload.file.name}
                  size={upload.file.size}
                  sent={upload.sent}
                  failed={upload.state === 'failed'}
                  onRemove={() => remove(upload.id)}
                />
              ))}
          </ul>
        )}
      </div>
    </Input.Wrapper>
  )
}
