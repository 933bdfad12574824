import { expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { checkForm } from '../../../src/sdk/elements/form-check.ts'
import { friendlyIssue } from '../../../src/sdk/elements/form-words.ts'
import { FileInput, Form, Select, TextInput } from '../../../src/sdk/ui.ts'
import type { FormErrors, UploadedFile } from '../../../src/sdk/ui.ts'

const check = <S extends z.ZodType<object>>(schema: S, values: Record<string, unknown>) =>
  checkForm(schema, values, friendlyIssue)

it('values come as the schema gives them: trimmed, with defaults, and nothing that it does not name [I35]', async () => {
  const schema = z.object({ name: z.string().trim(), often: z.string().default('weekly') })
  expect(await check(schema, { name: ' Ada ', other: 1 })).toEqual({
    ok: true,
    values: { name: 'Ada', often: 'weekly' },
  })
})

it('what was left empty counts as missing where the schema means that by it, and as empty where it does not [I35]', async () => {
  const schema = z.object({
    email: z.email().optional(),
    age: z.number().optional(),
    size: z.string().default('m'),
    note: z.string(),
    mate: z.string().nullable(),
  })
  expect(await check(schema, { email: '', age: null, size: null, note: '', mate: null })).toEqual({
    ok: true,
    values: { size: 'm', note: '', mate: null },
  })
})

it('what is wrong is said by name, in words for people, and in the words of the schema where it has some [I35]', async () => {
  const schema = z.object({
    name: z.string().min(2),
    email: z.email(),
    age: z.number().min(18),
    tags: z.array(z.string()).min(1),
    size: z.enum(['s', 'm']),
    agree: z.literal(true),
    code: z.string('Ask at the desk.').length(4, 'Four signs.'),
    file: z.custom<UploadedFile>((value) => value !== null),
  })
  const values = { name: 'A', email: 'a@', age: 7, tags: [], size: 'x', agree: false, code: '123', file: null }
  expect(await check(schema, values)).toEqual({
    ok: false,
    errors: {
      name: 'Please enter at least 2 characters.',
      email: 'This is not an e-mail address.',
      age: 'Has to be 18 or more.',
      tags: 'Please fill this in.',
      size: 'Please choose one of those offered.',
      agree: 'Please agree to this.',
      code: 'Four signs.',
      file: 'Please fill this in.',
    },
  })
  expect(await check(schema.pick({ name: true, age: true, code: true }), { name: '', age: null })).toEqual({
    ok: false,
    errors: { name: 'Please fill this in.', age: 'Please fill this in.', code: 'Ask at the desk.' },
  })
})

it('a rule about several fields is said at the field that it names, or for the whole form [I35]', async () => {
  const schema = z
    .object({ from: z.number(), to: z.number() })
    .refine(({ from, to }) => from !== 0 || to !== 0, 'Choose something.')
    .refine(({ from, to }) => from <= to, { path: ['to'], message: 'Ends before it begins.' })
  expect(await check(schema, { from: 5, to: 2 })).toEqual({ ok: false, errors: { to: 'Ends before it begins.' } })
  expect(await check(schema, { from: 0, to: 0 })).toEqual({ ok: false, errors: {}, message: 'Choose something.' })
})

it('a wrong use of schema, values or props does not compile [I35]', () => {
  const schema = z.object({ name: z.string(), age: z.coerce.number() })
  expectTypeOf<FormErrors<typeof schema>>().toEqualTypeOf<{ readonly name?: string; readonly age?: string }>()
  const all = [
    <Form
      key={1}
      schema={schema}
      onSubmit={(values) => {
        expectTypeOf(values).toEqualTypeOf<{ name: string; age: number }>()
        return { errors: { age: 'Too young' } }
      }}
    />,
    // @ts-expect-error: the schema has no such value
    <Form key={2} schema={schema} onSubmit={({ mail }) => void mail} />,
    // @ts-expect-error: nor an input of that name
    <Form key={3} schema={schema} onSubmit={() => ({ errors: { mail: 'Missing' } })} />,
    // @ts-expect-error: a form has several values
    <Form key={4} schema={z.string()} onSubmit={() => {}} />,
    <FileInput key={5} label="One" onChange={(file) => expectTypeOf(file).toEqualTypeOf<UploadedFile | null>()} />,
    <FileInput
      key={6}
      label="Many"
      multiple
      onChange={(files) => expectTypeOf(files).toEqualTypeOf<readonly UploadedFile[]>()}
    />,
    <Select
      key={7}
      label="City"
      options={['Oslo']}
      onChange={(city) => expectTypeOf(city).toEqualTypeOf<string | null>()}
    />,
    // @ts-expect-error: every input has a label
    <TextInput key={8} placeholder="Name" />,
    // @ts-expect-error: the value of a text is a text
    <TextInput key={9} label="Name" value={1} />,
  ]
  expect(all).toHaveLength(9)
})
