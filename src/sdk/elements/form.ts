import { createContext, createElement, useMemo } from 'react'
import type { Key, ReactNode } from 'react'
import type { z } from 'zod'
import { formElement } from '../../shared/elements/form.ts'
import type { FormAnswer } from '../../shared/elements/form-answer.ts'
import type { Value } from '../../shared/value.ts'
import { element } from './element.ts'
import { checkForm } from './form-check.ts'
import { friendlyIssue } from './form-words.ts'

const FormHost = element(formElement)

/** Names of a schema's values, with what is wrong with them. */
export type FormErrors<S extends z.ZodType> = { readonly [K in keyof z.input<S> & string]?: string }

/** What a form's `onSubmit` may give: nothing if all is well, or what is wrong after all. */
export type FormResult<S extends z.ZodType> = void | undefined | { errors?: FormErrors<S>; message?: string }

export interface FormProps<S extends z.ZodType<object>> {
  /** What the inputs have to hold, by their names: `z.object({ … })`. */
  schema: S
  /**
   * Called with the values, as the schema gives them, once they fit. Give `{ errors: { name: 'text' } }` for what only the
   * script can tell is wrong (shown at that input), or `{ message: 'text' }` for what is wrong with all of it. The form
   * is busy until it has settled; what it throws is told as any handler's error.
   */
  onSubmit: (values: z.output<S>) => FormResult<S> | Promise<FormResult<S>>
  /** Its inputs hold again what they held at first once `onSubmit` found nothing wrong. Default false. */
  resetOnSuccess?: boolean
  /** What it is for, read aloud. Default: nothing. */
  label?: string
  /** Inputs with a `name` for each key of the schema, and a `<Button type="submit">`. */
  children?: ReactNode
  key?: Key
}

/** Inputs of a form that the script itself keeps the values of, by their names. */
export type OwnFields = Map<string, () => Value | undefined>

/** The form that a component stands in. */
export const OwnFieldsContext = createContext<OwnFields | null>(null)

/**
 * Inputs that are sent together. They are checked here, in the script, by `schema`: what does not fit is shown at its input,
 * and the first of those gets the focus. What was left empty counts as missing where the schema wants it so.
 */
export function Form<S extends z.ZodType<object>>({ schema, onSubmit, resetOnSuccess, label, children }: FormProps<S>) {
  const own = useMemo((): OwnFields => new Map(), [])
  const submit = async (sent: Record<string, Value>): Promise<FormAnswer> => {
    const values: Record<string, unknown> = { ...sent }
    for (const [name, read] of own) values[name] = read()
    const checked = await checkForm(schema, values, friendlyIssue)
    if (!checked.ok) return checked
    const result = (await onSubmit(checked.values)) ?? {}
    const errors = Object.fromEntries(
      Object.entries(result.errors ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
    const { message } = result
    const ok = Object.keys(errors).length === 0 && message === undefined
    return { ok, errors, ...(message !== undefined && { message }) }
  }
  return createElement(
    FormHost,
    { onSubmit: submit, resetOnSuccess, label },
    createElement(OwnFieldsContext, { value: own }, children),
  )
}
