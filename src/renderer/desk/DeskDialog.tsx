import { useState } from 'react'
import type { ReactNode } from 'react'
import type { DialogProps, DialogRequest } from '../../shared/desk/dialogs.ts'
import { NO_TIMEOUT_MS } from '../../shared/patience.ts'
import type { PageLink } from '../types.ts'
import { Modal } from '../ui/Modal.tsx'
import { FileDialog } from './FileDialog.tsx'
import { UploadDialog } from './UploadDialog.tsx'
import { Problem, useAnswer } from './use-answer.tsx'
import type { Answer } from './use-answer.tsx'

export interface DeskDialogProps {
  dialog: DialogProps
  link: Pick<PageLink, 'call'>
}

/** What the script asks the person in this window. It stays until the main process has taken an answer. */
export function DeskDialog({ dialog: { id, request, files }, link }: DeskDialogProps) {
  const answer: Answer = async (value) => {
    try {
      await link.call('dialog.answer', { id, answer: value }, { timeoutMs: NO_TIMEOUT_MS })
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  switch (request.kind) {
    case 'message':
    case 'confirm':
      return <Question request={request} answer={answer} />
    case 'prompt':
      return <Prompt request={request} answer={answer} />
    default:
      return files === 'upload' && request.kind === 'openFile' ? (
        <UploadDialog request={request} answer={answer} />
      ) : (
        <FileDialog request={request} answer={answer} list={(folder) => link.call('dialog.list', { id, folder })} />
      )
  }
}

interface QuestionProps<K extends DialogRequest['kind']> {
  request: Extract<DialogRequest, { kind: K }>
  answer: Answer
}

function Question({ request, answer }: QuestionProps<'message' | 'confirm'>) {
  const { say, problem } = useAnswer(answer)
  const { title, text } = request
  const isDanger = request.kind === 'confirm' && request.danger
  return (
    <Modal role="alertdialog" title={title} onCancel={() => say(request.kind === 'message' ? true : null)}>
      <Text text={text} />
      <Problem text={problem} />
      <div className="actions">
        <button
          type="button"
          className={isDanger ? 'danger' : 'primary'}
          data-first={isDanger ? undefined : true}
          onClick={() => say(true)}
        >
          {request.ok}
        </button>
        {request.kind === 'confirm' && (
          <button type="button" data-first={isDanger || undefined} onClick={() => say(null)}>
            {request.cancel}
          </button>
        )}
      </div>
    </Modal>
  )
}

function Prompt({ request, answer }: QuestionProps<'prompt'>) {
  const { say, problem } = useAnswer(answer)
  const [value, setValue] = useState(request.value)
  const field = {
    value,
    placeholder: request.placeholder,
    'aria-label': request.text || request.title,
    'data-first': true,
    'data-recover': 'never',
    onChange: (event: { target: { value: string } }) => setValue(event.target.value),
  }
  return (
    <Modal title={request.title} onCancel={() => say(null)}>
      <Text text={request.text} />
      <form
        className="dialog-form"
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          say(value)
        }}
      >
        {request.multiline ? <textarea rows={5} {...field} /> : <input type="text" {...field} />}
        <Problem text={problem} />
        <div className="actions">
          <button type="submit" className="primary">
            {request.ok}
          </button>
          <button type="button" onClick={() => say(null)}>
            {request.cancel}
          </button>
        </div>
      </form>
    </Modal>
  )
}

function Text({ text }: { text: string }): ReactNode {
  return text === '' ? null : <p className="dialog-text">{text}</p>
}
