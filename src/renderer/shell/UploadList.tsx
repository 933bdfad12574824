import { useDelayed } from '../ui/use-delayed.ts'
import { Icon } from '../ui/Icon.tsx'
import type { ShellState } from './model.ts'

/** Files that are through sooner are not worth a word, in ms. */
const SHOW_AFTER_MS = 300

/** Files that are on their way to the script, each with how far it is and a way to stop it. */
export function UploadList({ uploads }: { uploads: ShellState['uploads'] }) {
  return (
    <div className="uploads">
      {uploads.map((upload) => (
        <UploadCard key={upload.id} upload={upload} />
      ))}
    </div>
  )
}

function UploadCard({ upload: { name, done, cancel } }: { upload: ShellState['uploads'][number] }) {
  const isLong = useDelayed(true, SHOW_AFTER_MS)
  if (!isLong) return null
  const percent = Math.floor(done * 100)
  return (
    <div className="toast upload" role="group" aria-label={`Sending ${name}`}>
      <div className="upload-text">
        <p>
          <span>Sending {name}</span> <span className="upload-percent">{percent} %</span>
        </p>
        <progress value={done} max={1} aria-label={`Sending ${name}`} />
      </div>
      <button type="button" className="icon-button" aria-label={`Stop sending ${name}`} onClick={cancel}>
        <Icon name="close" />
      </button>
    </div>
  )
}
