import type { z } from 'zod'

const FORMATS: Readonly<Record<string, string>> = {
  email: 'This is not an e-mail address.',
  url: 'This is not an address of the web.',
  date: 'This is not a day.',
  uuid: 'This is not a UUID.',
}

/**
 * What a person is told, where the schema itself has no words for it: schemas say what a type is, people want to know what
 * to do. Undefined: zod's own words.
 */
export const friendlyIssue: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue
  if (isEmpty(input)) return 'Please fill this in.'
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return `Please enter at least ${count(issue.minimum, 'character')}.`
    if (issue.origin === 'array') return `Please choose at least ${String(issue.minimum)}.`
    return issue.inclusive === false ? `Has to be more than ${issue.minimum}.` : `Has to be ${issue.minimum} or more.`
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'string') return `Please enter at most ${count(issue.maximum, 'character')}.`
    if (issue.origin === 'array') return `Please choose at most ${String(issue.maximum)}.`
    return issue.inclusive === false ? `Has to be less than ${issue.maximum}.` : `Has to be ${issue.maximum} or less.`
  }
  if (issue.code === 'invalid_format') return FORMATS[issue.format] ?? 'This is not written as it should be.'
  if (issue.code === 'not_multiple_of') return `Has to be a multiple of ${issue.divisor}.`
  if (issue.code === 'invalid_value')
    return input === false ? 'Please agree to this.' : 'Please choose one of those offered.'
  return undefined
}

const isEmpty = (input: unknown): boolean =>
  input === undefined || input === null || input === '' || (Array.isArray(input) && input.length === 0)

const count = (number: number | bigint, noun: string): string => `${number} ${noun}${Number(number) === 1 ? '' : 's'}`
