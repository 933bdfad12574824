import type { z } from 'zod'

/** What is wrong, by name; of all of it together: `message`. */
export interface FormFaults {
  ok: false
  errors: Record<string, string>
  message?: string
}

/**
 * Checks what a form has sent. A field that was left empty (null or '') and does not fit so is tried once more as missing:
 * that is what optional and default fields of a schema mean.
 */
export async function checkForm<S extends z.ZodType<object>>(
  schema: S,
  values: Readonly<Record<string, unknown>>,
  words: z.core.$ZodErrorMap,
): Promise<{ ok: true; values: z.output<S> } | FormFaults> {
  const first = await schema.safeParseAsync(values, { error: words })
  if (first.success) return { ok: true, values: first.data }

  const filled: Record<string, unknown> = { ...values }
  for (const { path } of first.error.issues) {
    const name = String(path[0])
    if (filled[name] === '' || filled[name] === null) delete filled[name]
  }
  const second = await schema.safeParseAsync(filled, { error: words })
  if (second.success) return { ok: true, values: second.data }

  const faults: FormFaults = { ok: false, errors: {} }
  for (const issue of first.error.issues) {
    const name = issue.path[0]
    if (name === undefined) faults.message ??= issue.message
    // not wrong any more once it is missing
    else if (filled[String(name)] !== undefined || second.error.issues.some(({ path }) => path[0] === name))
      faults.errors[String(name)] ??= issue.message
  }
  return faults
}
