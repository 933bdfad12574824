import { z } from 'zod'

/** What every input has. */
export const fieldProps = {
  /** What to enter. Read aloud with the field. */
  label: z.string(),
  /** The label is read aloud and not shown. Default false. */
  hideLabel: z.boolean().default(false),
  /** More about it, below the field. */
  help: z.string().optional(),
  /** What is wrong with it, below the field. Default: nothing. */
  error: z.string().optional(),
  /** Marked as to be filled in. Default false. */
  required: z.boolean().default(false),
  /** Can be seen and not changed. Default false. */
  disabled: z.boolean().default(false),
  /** In a Form: the key of its value. */
  name: z.string().optional(),
}

/** Of inputs that a person types in. */
export const typedProps = {
  ...fieldProps,
  /** Shown while it is empty. */
  placeholder: z.string().optional(),
  /** Can be read and copied, not changed. Default false. */
  readOnly: z.boolean().default(false),
}

const option = z.union([
  z.string(),
  z.strictObject({
    /** What the script is told. */
    value: z.string(),
    /** What the person reads. Default: the value. */
    label: z.string().optional(),
    /** Cannot be chosen. Default false. */
    disabled: z.boolean().optional(),
    /** Options of one group stand below its name. */
    group: z.string().optional(),
  }),
])

/** Of inputs that offer a choice. */
export const optionsProps = {
  /** What there is to choose: texts, or `{ value, label, disabled, group }`. */
  options: z.array(option),
}

/** One thing to choose, as scripts write it. */
export type Option = z.input<typeof option>

/** A day, `yyyy-mm-dd`. */
export const isoDate = z.iso.date()
