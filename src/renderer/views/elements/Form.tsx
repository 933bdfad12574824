import { useCallback, useMemo, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import type { formElement } from '../../../shared/elements/form.ts'
import { readAnswer } from '../../../shared/elements/form-answer.ts'
import type { Value } from '../../../shared/value.ts'
import { KindIcon } from './Alert.tsx'
import { FormContext } from './form-context.ts'
import type { FormField } from './form-context.ts'
import type { ElementViewProps } from './view.ts'

type Errors = Readonly<Record<string, string>>

const NONE: Errors = {}

/** Collects what its inputs hold by their names, sends it, and shows at each what the script says is wrong with it. */
export function Form({ label, resetOnSuccess, onSubmit, children }: ElementViewProps<typeof formElement>) {
  const fields = useRef(new Map<string, FormField>())
  const [errors, setErrors] = useState(NONE)
  const [message, setMessage] = useState<string>()
  const [isSending, setSending] = useState(false)
  /** The same, known at once. */
  const isUnderWay = useRef(false)

  const join = useCallback((name: string, field: FormField) => {
    fields.current.set(name, field)
    return () => {
      if (fields.current.get(name) === field) fields.current.delete(name)
    }
  }, [])
  const onEdit = useCallback((name: string) => setErrors((before) => without(before, name)), [])
  const scope = useMemo(() => ({ errors, isSending, join, onEdit }), [errors, isSending, join, onEdit])

  const refuse = (wrong: Errors, said?: string) => {
    setErrors(wrong)
    // What is wrong with something that has no input here is said above the others.
    const homeless = Object.entries(wrong).filter(([name]) => !fields.current.has(name))
    setMessage([said, ...homeless.map(([name, text]) => `${name}: ${text}`)].filter(Boolean).join(' ') || undefined)
    firstOf(fields.current, wrong)?.focus()
  }
  const send = async () => {
    const problems = collect(fields.current, (field) => field.problem?.())
    if (Object.keys(problems).length > 0) return refuse(problems)
    if (!onSubmit) return
    isUnderWay.current = true
    setSending(true)
    setMessage(undefined)
    const answer = readAnswer(await onSubmit(collect(fields.current, (field) => field.read())))
    isUnderWay.current = false
    setSending(false)
    if (!answer) return
    refuse(answer.errors, answer.message)
    if (answer.ok && resetOnSuccess) reset()
  }
  const reset = () => {
    setErrors(NONE)
    setMessage(undefined)
    for (const field of fields.current.values()) field.reset()
  }
  return (
    <form
      className="ui-form"
      noValidate
      aria-label={label}
      aria-busy={isSending || undefined}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        // React's events pass through portals: a form in a dialog is not in the form that opened it.
        event.stopPropagation()
        if (!isUnderWay.current) void send()
      }}
      onReset={(event: FormEvent) => {
        event.preventDefault()
        event.stopPropagation()
        reset()
      }}
    >
      {message && (
        <div className="ui-alert" data-kind="error" role="alert">
          <KindIcon kind="error" />
          <div className="ui-alert-text">{message}</div>
        </div>
      )}
      <FormContext value={scope}>{children}</FormContext>
    </form>
  )
}

function collect<T extends Value>(
  fields: ReadonlyMap<string, FormField>,
  read: (field: FormField) => T | undefined,
): Record<string, T> {
  const values: Record<string, T> = {}
  for (const [name, field] of fields) {
    const value = read(field)
    if (value !== undefined) values[name] = value
  }
  return values
}

/** The first on the page of those that something is wrong with. */
function firstOf(fields: ReadonlyMap<string, FormField>, errors: Errors): FormField | undefined {
  return [...fields]
    .filter(([name, field]) => name in errors && field.place())
    .map(([, field]) => field)
    .sort((a, b) => (a.place()!.compareDocumentPosition(b.place()!) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))[0]
}

function without(errors: Errors, name: string): Errors {
  if (!(name in errors)) return errors
  const { [name]: _, ...rest } = errors
  return rest
}
