import { isPlainObject } from '../../shared/document/kinds.ts'
import { FORBIDDEN_KEYS } from '../../shared/value.ts'
import type { Issue } from './schema.ts'

/** Messages by field. */
export type FieldMessages = Readonly<Record<string, readonly string[]>>

const MAX_FIELDS = 1_000
const MAX_MESSAGES = 100
const MAX_TEXT = 1_000
/** What is about a form as a whole. */
const WHOLE = 'form'

/** Messages of a form by field: made of what a schema says, read from state, cleared. None of these changes its input. */
export const FieldErrors = {
  /** Nested failures stand under the first part of their path, and under all of it with dots (rule Q33). */
  of(issues: readonly Issue[]): FieldMessages {
    const messages: Record<string, string[]> = {}
    const add = (field: string, message: string): void => {
      if (FORBIDDEN_KEYS.has(field)) return
      if (!Object.hasOwn(messages, field)) messages[field] = []
      messages[field]!.push(message)
    }
    for (const { path, message } of issues) {
      add(path[0] ?? WHOLE, message)
      if (path.length > 1) add(path.join('.'), message)
    }
    return messages
  },

  /** From state, which anybody may have written: what is no message is left out. */
  read(value: unknown): FieldMessages {
    if (!isPlainObject(value)) return {}
    const messages: Record<string, string[]> = {}
    for (const [field, texts] of Object.entries(value).slice(0, MAX_FIELDS)) {
      if (!Array.isArray(texts) || FORBIDDEN_KEYS.has(field)) continue
      const good = texts.slice(0, MAX_MESSAGES).filter((text) => typeof text === 'string' && text.length <= MAX_TEXT)
      if (good.length > 0) messages[field] = good as string[]
    }
    return messages
  },

  /** Without what is about `field`, what is inside of it, and what it said in the list of the field it is inside of. */
  without(errors: FieldMessages, field: string): FieldMessages {
    const own = Object.hasOwn(errors, field) ? errors[field]! : []
    const root = field.split('.')[0]!
    const kept: Record<string, readonly string[]> = {}
    for (const [name, messages] of Object.entries(errors)) {
      if (name === field || name.startsWith(`${field}.`)) continue
      const left = name === root ? minus(messages, own) : messages
      if (left.length > 0) kept[name] = left
    }
    return kept
  },
}

function minus(messages: readonly string[], gone: readonly string[]): string[] {
  const left = [...messages]
  for (const message of gone) {
    const at = left.indexOf(message)
    if (at >= 0) left.splice(at, 1)
  }
  return left
}
