import { z } from 'zod'
import { defineElement } from './define.ts'
import { fieldProps } from './field.ts'

/** Of a file that is whole in the script. */
const file = z.strictObject({ upload: z.string(), name: z.string(), size: z.number() })

/** What scripts give a FileInput beside its events. */
export const fileInputProps = {
  ...fieldProps,
  /** Kinds of files to choose from, as of `<input accept>`: '.csv,image/*'. Default: all. */
  accept: z.string().optional(),
  /** Bytes that a file may have at most. Default 100,000,000. */
  maxBytes: z.number().int().positive().default(100_000_000),
  /** Files at most, where there may be several. Default 20. */
  maxFiles: z.number().int().positive().default(20),
}

/** Files as a page sends them; scripts use `FileInput` of oriel/ui, which puts them together. */
export const fileInputElement = defineElement({
  name: 'FileInput',
  props: {
    ...fileInputProps,
    /** Several files can be chosen. Default false. */
    multiple: z.boolean().default(false),
    /** The files that the script has whole. */
    files: z.array(file).default([]),
  },
  events: {
    /** A part of a file. */
    onChunk: z.strictObject({
      /** Of this file, made up by the page. */
      upload: z.string().min(1).max(64),
      name: z.string().max(1024),
      type: z.string().max(256),
      size: z.number().int().min(0),
      /** Bytes that came before. */
      offset: z.number().int().min(0),
      bytes: z.instanceof(Uint8Array),
    }),
    /** The uploads that stand in the field now. Any other is not wanted any more. */
    onChange: z.array(z.string()),
  },
  children: 'none',
})
