import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

/** Copies what `text` gives when pressed, and says how it went for two seconds. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [result, setResult] = useState<string | null>(null)
  useEffect(() => {
    if (result === null) return
    const timer = setTimeout(() => setResult(null), 2000)
    return () => clearTimeout(timer)
  }, [result])
  const copy = async () => setResult((await copyText(text())) ? 'Copied' : 'Could not copy')
  return (
    <button type="button" className="plain" onClick={() => void copy()} aria-live="polite">
      {result ?? label}
    </button>
  )
}
