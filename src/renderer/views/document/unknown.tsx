import type { ReactNode } from 'react'
import type { RecordViewProps } from './record.tsx'

/** Stands where something cannot be shown, and says what. */
export function Placeholder({ children }: { children: ReactNode }) {
  return (
    <div className="document-placeholder" role="note">
      {children}
    </div>
  )
}

/** A record of a type that this version does not draw. */
export function UnknownView({ record }: RecordViewProps) {
  return <Placeholder>There is no element “{record.type}”.</Placeholder>
}
