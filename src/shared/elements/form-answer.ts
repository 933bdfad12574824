import { isPlainObject } from '../document/kinds.ts'

/** What a script says to what a form has sent. */
export interface FormAnswer {
  /** It was taken. */
  ok: boolean
  /** What is wrong, by the name of the input. */
  errors: Readonly<Record<string, string>>
  /** What is wrong with all of it. */
  message?: string
}

/** An answer as it came over the wire; null if it is none, which is what a page is given when the script failed. */
export function readAnswer(answer: unknown): FormAnswer | null {
  if (!isPlainObject(answer) || typeof answer['ok'] !== 'boolean') return null
  const { ok, errors, message } = answer
  const texts = Object.entries(isPlainObject(errors) ? errors : {}).filter(([, text]) => typeof text === 'string')
  return {
    ok,
    errors: Object.fromEntries(texts) as Record<string, string>,
    ...(typeof message === 'string' && { message }),
  }
}
