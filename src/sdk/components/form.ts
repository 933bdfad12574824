import { isPlainObject } from '../../shared/document/kinds.ts'
import type { JsonObject } from '../../shared/json.ts'
import { FORBIDDEN_KEYS } from '../../shared/value.ts'
import { Component } from './component.ts'
import { methodOf } from './events.ts'
import { FieldErrors } from './field-errors.ts'
import type { FieldMessages } from './field-errors.ts'
import { checkPayload, findPlan, handleSteps, runHandler } from './handle.ts'
import type { EventCall } from './handle.ts'
import { HANDLE, INSTANCE } from './instance.ts'
import { badPayload } from './payload.ts'
import { toVerdict } from './schema.ts'
import type { Schema, Verdict } from './schema.ts'
import { isThenable, settled } from './steps.ts'
import type { Steps } from './steps.ts'

/** What a form has in its state beside what its class adds. */
export interface FormState {
  form_data: Record<string, unknown>
  submitted: boolean
  is_valid: boolean
}

const INVALID = 'Some fields need another look.'

/**
 * A form: `submit` stores what was filled in, checks it by the schema and calls `onSubmit` if it passes; `field_change`
 * stores one value. It goes the same way on every entry.
 */
export class FormComponent<S extends object = JsonObject> extends Component<S> {
  /** Any validator that follows Standard Schema. null: everything passes. */
  static schema: Schema | null = null

  /** What the schema made of the data that passed last; null if it did not pass. */
  get validatedData(): unknown {
    return this[INSTANCE].kept['validatedData'] ?? null
  }

  /** Messages by field, in order; of nested fields also by their dotted path. `form`: about the whole. */
  get fieldErrors(): FieldMessages {
    return (this[INSTANCE].kept['fieldErrors'] as FieldMessages | undefined) ?? {}
  }

  set fieldErrors(errors: FieldMessages) {
    this.#keep({ fieldErrors: errors })
  }

  override mount(): void | Promise<void> {
    Object.assign(this.state, { form_data: {}, submitted: false, is_valid: false } satisfies FormState)
    return super.mount()
  }

  /** Messages about fields come along, and go on from there. */
  override hydrate(state: Partial<S>): void {
    super.hydrate(state)
    const form = this.state as Partial<FormState> & { field_errors?: unknown }
    this.fieldErrors = FieldErrors.read(form.field_errors)
    delete form.field_errors
    if (!isPlainObject(form.form_data)) form.form_data = {}
    if (Object.keys(this.fieldErrors).length > 0) this.errors['form'] = INVALID
  }

  override dehydrate(): S {
    const state = super.dehydrate()
    return Object.keys(this.fieldErrors).length > 0 ? { ...state, field_errors: this.fieldErrors } : state
  }

  /** Whether `data` passes; a promise where the schema itself is async. */
  validate(data: unknown): boolean | Promise<boolean> {
    if (!isPlainObject(data)) return this.#take({ ok: false, issues: [{ path: [], message: 'This is no form.' }] })
    const { schema } = this.constructor as typeof FormComponent
    if (!schema) return this.#take({ ok: true, value: data })
    const result = schema['~standard'].validate(data)
    return isThenable(result) ? result.then((late) => this.#take(toVerdict(late))) : this.#take(toVerdict(result))
  }

  /** Messages about `field`, in order. */
  getFieldErrors(field: string): string[] {
    return Object.hasOwn(this.fieldErrors, field) ? [...this.fieldErrors[field]!] : []
  }

  hasFieldError(field: string): boolean {
    return this.getFieldErrors(field).length > 0
  }

  /** What is filled in. */
  getFieldValue(field: string, fallback: unknown = ''): unknown {
    const data = this.#form.form_data
    return isPlainObject(data) && Object.hasOwn(data, field) ? data[field] : fallback
  }

  /** Throws ComponentError bad_payload for a name that no field can have. */
  setFieldValue(field: string, value: unknown): void {
    if (typeof field !== 'string' || field === '' || FORBIDDEN_KEYS.has(field))
      throw badPayload('field_change', 'field: it must be the name of a field', new TypeError('No field name.'))
    this.#form.form_data = { ...this.#form.form_data, [field]: value }
  }

  /** Called when what was submitted has passed; `validatedData` has it. */
  onSubmit(): void | Promise<void> {}

  /** One field was filled in: what was said about it no longer holds. */
  onFieldChange({ field, value }: { field: string; value: unknown }): void {
    this.setFieldValue(field, value)
    this.fieldErrors = FieldErrors.without(this.fieldErrors, field)
    if (Object.keys(this.fieldErrors).length === 0) delete this.errors['form']
  }

  override getContext(): object {
    const { form_data, submitted, is_valid } = this.#form
    return {
      ...super.getContext(),
      form_data: form_data ?? {},
      field_errors: this.fieldErrors,
      is_valid: is_valid === true,
      submitted: submitted === true,
    }
  }

  /** @internal */
  override [HANDLE](call: EventCall): Steps<void> {
    return methodOf(call.event) === 'onSubmit' ? this.#submit(call) : handleSteps(this, call)
  }

  *#submit(call: EventCall): Steps<void> {
    const plan = findPlan(this, call.event)
    const payload = (yield* checkPayload(plan, call)) as Record<string, unknown>
    const data = this.#dataOf(payload)
    const form = this.#form
    if (isPlainObject(data)) form.form_data = data
    form.submitted = true
    form.is_valid = false
    form.is_valid = yield* settled(this.validate(data))
    this[INSTANCE].refused = !form.is_valid
    if (form.is_valid) yield* runHandler(this, call, () => this.onSubmit(), payload)
  }

  /** `payload.form_data`, the payload itself, or what was filled in field by field. */
  #dataOf(payload: Record<string, unknown>): unknown {
    if (Object.hasOwn(payload, 'form_data')) return payload['form_data']
    return Object.keys(payload).length > 0 ? payload : (this.#form.form_data ?? {})
  }

  #take(verdict: Verdict): boolean {
    if (verdict.ok) {
      this.errors = {}
      this.#keep({ validatedData: verdict.value, fieldErrors: {} })
    } else {
      this.errors['form'] = INVALID
      this.#keep({ validatedData: null, fieldErrors: FieldErrors.of(verdict.issues) })
    }
    return verdict.ok
  }

  #keep(values: Record<string, unknown>): void {
    const instance = this[INSTANCE]
    instance.kept = { ...instance.kept, ...values }
  }

  get #form(): Partial<FormState> {
    return this.state
  }
}
