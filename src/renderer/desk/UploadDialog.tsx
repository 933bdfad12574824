import { useRef, useState } from 'react'
import { hasExtension } from '../../shared/desk/dialogs.ts'
import type { DialogRequest } from '../../shared/desk/dialogs.ts'
import { Icon } from '../ui/Icon.tsx'
import { Modal } from '../ui/Modal.tsx'
import { formatBytes } from '../ui/format.ts'
import { Problem, useAnswer } from './use-answer.tsx'
import type { Answer } from './use-answer.tsx'

export interface UploadDialogProps {
  request: Extract<DialogRequest, { kind: 'openFile' }>
  answer: Answer
}

/** A visitor's files stay on their computer until they send them. */
export function UploadDialog({ request: { title, extensions, multiple }, answer }: UploadDialogProps) {
  const { say, problem, isBusy } = useAnswer(answer)
  const [files, setFiles] = useState<readonly File[]>([])
  const [isOver, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const take = (given: FileList | null) => {
    const fitting = [...(given ?? [])].filter(({ name }) => hasExtension(name, extensions))
    if (fitting.length > 0) setFiles(multiple ? fitting : fitting.slice(0, 1))
  }
  const send = async () => {
    const sent = files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }))
    say(await Promise.all(sent))
  }
  return (
    <Modal title={title} onCancel={() => say(null)}>
      <div
        className="drop-zone"
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take(event.dataTransfer.files)
        }}
      >
        <button type="button" data-first onClick={() => input.current?.click()}>
          {multiple ? 'Choose files…' : 'Choose a file…'}
        </button>
        <p>or drop {multiple ? 'them' : 'it'} here</p>
        {extensions.length > 0 && <p className="hint">{extensions.map((each) => `.${each}`).join(', ')}</p>}
        <input
          ref={input}
          type="file"
          hidden
          aria-label={title}
          multiple={multiple}
          accept={extensions.map((each) => `.${each}`).join(',')}
          onChange={(event) => take(event.target.files)}
        />
      </div>
      {files.length > 0 && (
        <ul className="file-names">
          {files.map(({ name, size }) => (
            <li key={name}>
              <Icon name="file" />
              <span>{name}</span>
              <span className="hint">{formatBytes(size)}</span>
            </li>
          ))}
        </ul>
      )}
      <Problem text={problem} />
      <div className="actions">
        <button type="button" className="primary" disabled={files.length === 0 || isBusy} onClick={() => void send()}>
          {isBusy ? 'Sending…' : 'Send'}
        </button>
        <button type="button" onClick={() => say(null)}>
          Cancel
        </button>
      </div>
    </Modal>
  )
}
