import { OrielError } from './errors.ts'

/** Bytes of all of them together. */
export function totalBytes(values: readonly { readonly byteLength: number }[]): number {
  return values.reduce((sum, { byteLength }) => sum + byteLength, 0)
}

/** The OrielError too_large that names both sizes, in bytes (rule P2). `what`: the beginning of a sentence, such as "The message". */
export function tooLarge(what: string, bytes: number, limit: number): OrielError {
  const number = new Intl.NumberFormat('en')
  return new OrielError('too_large', `${what} has ${number.format(bytes)} bytes; the limit is ${number.format(limit)}.`)
}
