import { Progress } from '@mantine/core'
import { CloseButton } from './Alert.tsx'
import { formatBytes } from '../../ui/format.ts'

interface UploadRowProps {
  name: string
  size: number
  /** Bytes that are there; undefined: all. */
  sent?: number
  failed?: boolean
  onRemove?: (() => void) | undefined
}

/** One file of a FileInput: how far it is, and the way to stop it or to take it out again. */
export function UploadRow({ name, size, sent, failed = false, onRemove }: UploadRowProps) {
  const isSending = sent !== undefined && !failed
  return (
    <li data-failed={failed || undefined}>
      <span className="ui-file-name">{name}</span>
      <span className="ui-help">
        {failed ? 'could not be sent' : isSending ? `${formatBytes(sent)} of ${formatBytes(size)}` : formatBytes(size)}
      </span>
      {onRemove && <CloseButton label={isSending ? `Cancel ${name}` : `Remove ${name}`} onClose={onRemove} />}
      {isSending && (
        <Progress.Root className="ui-file-progress" size="0.35rem">
          <Progress.Section value={size === 0 ? 100 : Math.round((sent / size) * 100)} aria-label={`Sending ${name}`} />
        </Progress.Root>
      )}
    </li>
  )
}
