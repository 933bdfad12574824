import { createContext } from 'react'
import type { Value } from '../../../shared/value.ts'

/** An input, as its form knows it. */
export interface FormField {
  /** What it holds; undefined where the script has that itself. */
  read: () => Value | undefined
  /** Why it cannot be sent now; undefined if it can. */
  problem?: () => string | undefined
  /** Back to what it held at first. */
  reset: () => void
  focus: () => void
  /** Where it is on the page. */
  place: () => Element | null
}

/** What inputs know of the form they stand in. */
export interface FormScope {
  /** What is wrong, by the name of the input. */
  errors: Readonly<Record<string, string>>
  /** The script has not answered what was sent. */
  isSending: boolean
  /** Returns the way to leave. */
  join: (name: string, field: FormField) => () => void
  /** The person has changed the input: what was wrong with it is not known any more. */
  onEdit: (name: string) => void
}

export const FormContext = createContext<FormScope | null>(null)
