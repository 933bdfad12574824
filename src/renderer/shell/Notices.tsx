import { useState } from 'react'
import { Banner } from './Banner.tsx'
import type { Notice } from './model.ts'

const keyOf = ({ id, level, text }: Notice): string => `${id} ${level} ${text}`

/** What the main process wants the person to know. Dismissed in this window only, and until it says something new. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set())
  return notices
    .filter((notice) => !dismissed.has(keyOf(notice)))
    .map((notice) => (
      <Banner
        key={notice.id}
        level={notice.level}
        onDismiss={() => setDismissed(new Set([...dismissed, keyOf(notice)]))}
      >
        {notice.text}
      </Banner>
    ))
}
