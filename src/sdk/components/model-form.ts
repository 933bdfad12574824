import { isPlainObject } from '../../shared/document/kinds.ts'
import type { JsonObject } from '../../shared/json.ts'
import { cleanCopy } from './clean.ts'
import { FormComponent } from './form.ts'
import type { FormState } from './form.ts'

/** A form over an object of the script's, such as a row of a database. */
export class ModelFormComponent<S extends object = JsonObject, I extends object = object> extends FormComponent<S> {
  /** Fields that are copied from the instance when the form is mounted. */
  static stateFields: readonly string[] = []

  /** What the form is about: `params.instance`, or what the class sets. */
  instance: I | null

  constructor(params?: Record<string, unknown>) {
    super(params)
    const { instance } = this.params
    this.instance = typeof instance === 'object' ? (instance as I | null) : null
  }

  /** Stores the instance once its fields are set. */
  saveInstance?(): void | Promise<void>

  override mount(): void | Promise<void> {
    const done = super.mount()
    this.populateFormFromInstance()
    return done
  }

  /** Fills the form with the instance's fields; what it lacks is null. */
  populateFormFromInstance(): void {
    if (!this.instance) return
    const from = this.instance as Record<string, unknown>
    const { stateFields } = this.constructor as typeof ModelFormComponent
    const values = stateFields.map((field) => [field, isAttribute(from, field) ? cleanCopy(from[field] ?? null) : null])
    ;(this.state as Partial<FormState>).form_data = Object.fromEntries(values) as Record<string, unknown>
  }

  /** Sets what the instance has, then stores it. */
  override onSubmit(): void | Promise<void> {
    const { instance, validatedData } = this
    if (!instance || !isPlainObject(validatedData)) return undefined
    const to = instance as Record<string, unknown>
    for (const [field, value] of Object.entries(validatedData)) if (isAttribute(to, field)) to[field] = value
    return this.saveInstance?.()
  }
}

/** Whether `object` has `field` as something that it holds: no method, and nothing that every object has. */
function isAttribute(object: Record<string, unknown>, field: string): boolean {
  return field in object && !(field in Object.prototype) && typeof object[field] !== 'function'
}
