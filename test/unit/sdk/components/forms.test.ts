import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { FormComponent, ModelFormComponent } from '../../../../src/sdk/components.ts'
import type { Schema } from '../../../../src/sdk/components.ts'
import { path, post } from './support/paths.ts'
import { EchoRenderer, useComponents } from './support/stage.ts'

useComponents()

const FORM_PATHS = (['sync', 'async', 'http', 'socket'] as const).map(path)

class SignUp extends FormComponent {
  static override templateName = 'form'
  static override renderer = new EchoRenderer()
  static override schema: Schema | null = z
    .object({
      name: z
        .string()
        .min(2, 'too short')
        .regex(/^[a-z]*$/, 'lower case'),
      age: z.coerce.number().multipleOf(1, 'whole').min(18, 'too young'),
      address: z.object({ street: z.string().min(1, 'no street'), zip: z.string().min(1, 'no zip') }).optional(),
    })
    .refine(({ name, age }) => name.length !== age, 'name is as long as the age')
  static submitted: unknown[] = []
  override onSubmit(): void {
    SignUp.submitted.push(this.validatedData)
    this.state['thanks'] = true
  }
}

const good = { name: 'ada', age: '36' }
const bad = { name: 'A', age: 17.5, address: { street: '', zip: '' } }

test('a mounted form is empty, not submitted and not valid [Q32]', () => {
  const form = new SignUp()
  expect(form.dispatch().state).toEqual({ form_data: {}, submitted: false, is_valid: false })
  expect([form.validatedData, form.fieldErrors]).toEqual([null, {}])
})

describe('validate', () => {
  test('what passes is true, coerced, and empties the errors [Q33]', () => {
    const form = new SignUp()
    expect(form.validate(bad)).toBe(false)
    expect(form.validate(good)).toBe(true)
    expect([form.validatedData, form.errors, form.fieldErrors]).toEqual([{ name: 'ada', age: 36 }, {}, {}])
  })

  test('what does not is false, with messages by field, in order, nested ones twice [Q33]', () => {
    const form = new SignUp()
    void form.validate(good)
    expect(form.validate(bad)).toBe(false)
    expect(form.validatedData).toBeNull()
    expect(form.errors['form']).toEqual(expect.any(String))
    expect(form.fieldErrors).toEqual({
      name: ['too short', 'lower case'],
      age: ['whole', 'too young'],
      address: ['no street', 'no zip'],
      'address.street': ['no street'],
      'address.zip': ['no zip'],
    })
    expect([
      form.getFieldErrors('name'),
      form.hasFieldError('age'),
      form.getFieldErrors('none'),
      form.hasFieldError('toString'),
    ]).toEqual([['too short', 'lower case'], true, [], false])
  })

  test('what is about the whole stands under form [Q33]', () => {
    const form = new SignUp()
    expect(form.validate({ name: 'a'.repeat(20), age: 20 })).toBe(false)
    expect(form.fieldErrors).toEqual({ form: ['name is as long as the age'] })
  })

  test('without a schema everything passes as it is; what is no object fails under form [Q34]', () => {
    class Free extends SignUp {
      static override schema = null
    }
    const data = { any: ['thing'] }
    const free = new Free()
    expect([free.validate(data), free.validatedData]).toEqual([true, data])
    for (const wrong of [null, undefined, 'text', 5, [1]])
      for (const form of [new Free(), new SignUp()]) {
        expect(form.validate(wrong)).toBe(false)
        expect(Object.keys(form.fieldErrors)).toEqual(['form'])
      }
  })

  test('any validator of Standard Schema will do, with paths of either kind [Q33]', () => {
    class Own extends SignUp {
      static override schema: Schema = {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: () => ({
            issues: [
              { message: 'a', path: [{ key: 'list' }, 0] },
              { message: 'b' },
              { message: 'c', path: ['__proto__'] },
            ],
          }),
        },
      }
    }
    const form = new Own()
    void form.validate({})
    expect(form.fieldErrors).toEqual({ list: ['a'], 'list.0': ['a'], form: ['b'] })
  })
})

describe.each(FORM_PATHS)('a form by $name', (by) => {
  test.each([
    ['form_data', { form_data: good }, {}],
    ['the payload itself', good, {}],
    ['what was filled in', undefined, good],
  ])('submit takes %s, and calls onSubmit if it passes [Q35]', async (_, payload, stored) => {
    SignUp.submitted = []
    const state = { form_data: stored, submitted: false, is_valid: false }
    const outcome = await by.ask(SignUp, { event: 'submit', payload, state })
    expect(outcome).toMatchObject({
      ok: true,
      state: { form_data: good, submitted: true, is_valid: true, thanks: true },
    })
    expect(SignUp.submitted).toEqual([{ name: 'ada', age: 36 }])
  })

  test('submit does not call it if it does not pass, however the event is written [Q35]', async () => {
    SignUp.submitted = []
    for (const event of ['submit', 'sub_mit', 'Submit', 'onSubmit', 'submit_', 'SUBMIT']) {
      const outcome = await by.ask(SignUp, { event, payload: { form_data: bad } })
      if (event === 'submit')
        expect(outcome).toMatchObject({
          ok: true,
          state: {
            form_data: bad,
            submitted: true,
            is_valid: false,
            field_errors: { name: ['too short', 'lower case'] },
          },
        })
      else expect(outcome).toMatchObject({ ok: false, code: 'unknown_event' })
    }
    expect(SignUp.submitted).toEqual([])
  })

  test('field_change stores one value and clears its messages alone, which last till then [Q36]', async () => {
    const failed = await by.ask(SignUp, { event: 'submit', payload: { form_data: bad } })
    if (!failed.ok) throw new Error(failed.message)
    const again = await by.ask(SignUp, { state: failed.state })
    expect(again).toMatchObject({ ok: true, state: failed.state })
    if (again.ok)
      expect(JSON.parse(again.html)).toMatchObject({
        field_errors: { age: ['whole', 'too young'] },
        is_valid: false,
        submitted: true,
        form_data: bad,
        errors: { form: expect.any(String) },
      })
    const changed = await by.ask(SignUp, {
      event: 'field_change',
      payload: { field: 'name', value: 'ada' },
      state: failed.state,
    })
    expect(changed.ok && changed.state).toEqual({
      form_data: { ...bad, name: 'ada' },
      submitted: true,
      is_valid: false,
      field_errors: {
        age: ['whole', 'too young'],
        address: ['no street', 'no zip'],
        'address.street': ['no street'],
        'address.zip': ['no zip'],
      },
    })
    for (const [field, left] of [
      ['address.zip', ['name', 'age', 'address', 'address.street']],
      ['address', ['name', 'age']],
    ] as const) {
      const next = await by.ask(SignUp, { event: 'field_change', payload: { field, value: 1 }, state: failed.state })
      expect(next.ok && Object.keys(next.state['field_errors'] as object)).toEqual(left)
    }
  })

  test('messages that come in are looked at: what is none is dropped [Q36]', async () => {
    const state = { form_data: 5, field_errors: { a: ['ok', 5, {}], b: 'text', c: [], d: ['x'.repeat(2_000)] } }
    expect(await by.ask(SignUp, { state })).toMatchObject({
      ok: true,
      state: { form_data: {}, field_errors: { a: ['ok'] } },
    })
    for (const payload of [{ field: '__proto__', value: 1 }, { field: 5, value: 1 }, {}])
      expect(await by.ask(SignUp, { event: 'field_change', payload })).toMatchObject({ ok: false, code: 'bad_payload' })
  })
})

test('async schemas and handlers are waited for, and refused by the sync entry [Q35] [Q15]', async () => {
  class Late extends SignUp {
    static override schema = z.object({ name: z.string().refine(async (name) => name !== 'taken', 'is taken') })
    override async onSubmit(): Promise<void> {
      await Promise.resolve()
      this.state['saved'] = true
    }
  }
  expect((await new Late().asyncDispatch({ event: 'submit', payload: { name: 'new' } })).state).toMatchObject({
    is_valid: true,
    saved: true,
  })
  const failed = await new Late().asyncDispatch({ event: 'submit', payload: { name: 'taken' } })
  expect(failed.state).toMatchObject({ is_valid: false, field_errors: { name: ['is taken'] } })
  expect(failed.state).not.toHaveProperty('saved')
  expect(() => new Late().dispatch({ event: 'submit', payload: { name: 'new' } })).toThrow('asyncDispatch()')
})

test('over HTTP a form that does not pass is 422, with its messages and its HTML [Q44] [Q35]', async () => {
  const response = await post(SignUp, { event: 'submit', payload: bad })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({
    html: expect.any(String),
    component_id: expect.any(String),
    field_errors: { age: ['whole', 'too young'] },
  })
  expect((await post(SignUp, { event: 'submit', payload: good })).status).toBe(200)
})

test('values are read and set by field [Q36]', () => {
  const form = new SignUp()
  form.dispatch()
  expect([form.getFieldValue('name'), form.getFieldValue('name', 'none'), form.getFieldValue('toString')]).toEqual([
    '',
    'none',
    '',
  ])
  form.setFieldValue('name', 'ada')
  expect([form.getFieldValue('name'), form.state['form_data']]).toEqual(['ada', { name: 'ada' }])
})

test('a failure puts messages back as they were [Q9]', () => {
  class Fragile extends SignUp {
    onBreak(): void {
      this.fieldErrors = {}
      throw new Error('no')
    }
  }
  const form = new Fragile()
  const { state } = form.dispatch({ event: 'submit', payload: bad })
  expect(() => form.dispatch({ event: 'break', state })).toThrow('error handling break')
  expect(form.fieldErrors).toMatchObject({ age: ['whole', 'too young'] })
})

describe('a model form', () => {
  class Order {
    status = 'new'
    notes: string | null = 'n'
    tags = ['a']
    ship(): string {
      return 'shipped'
    }
  }
  class Edit extends ModelFormComponent<Record<string, never>, Order> {
    static override templateName = 'form'
    static override renderer = new EchoRenderer()
    static override stateFields = ['status', 'tags', 'missing', 'constructor', 'ship']
    saved = 0
    override saveInstance(): void {
      this.saved++
    }
  }

  test('starts with copies of the instance; what it lacks is null [Q37]', () => {
    const order = new Order()
    const form = new Edit({ instance: order })
    expect(form.instance).toBe(order)
    expect(form.dispatch().state['form_data']).toEqual({ status: 'new', tags: ['a'], missing: null, ship: null })
    ;(form.getFieldValue('tags') as string[]).push('b')
    expect(order.tags).toEqual(['a'])
    expect(new Edit().dispatch().state['form_data']).toEqual({})
  })

  test('submitting sets what the instance has, and saves [Q37]', async () => {
    const order = new Order()
    const form = new Edit({ instance: order })
    const payload = JSON.parse(
      '{"status":"paid","notes":null,"other":1,"ship":"x","toString":"x","__proto__":{"y":1}}',
    ) as object
    form.dispatch({ event: 'submit', payload: { form_data: payload } })
    expect(Object.entries(order)).toEqual(Object.entries({ status: 'paid', notes: null, tags: ['a'] }))
    expect([order.ship(), form.saved, Object.hasOwn(order, 'toString')]).toEqual(['shipped', 1, false])
    class Unsaved extends ModelFormComponent {
      static override templateName = 'form'
      static override renderer = new EchoRenderer()
    }
    await new Unsaved({ instance: order }).asyncDispatch({ event: 'submit', payload: { status: 'sent' } })
    expect(order.status).toBe('sent')
  })

  test('without validated data, or an instance, nothing happens [Q37]', () => {
    const order = new Order()
    class Strict extends Edit {
      static override schema = z.object({ status: z.enum(['new', 'paid']) })
    }
    const form = new Strict({ instance: order })
    form.dispatch({ event: 'submit', payload: { status: 'stolen' } })
    void form.onSubmit()
    expect([order.status, form.saved]).toEqual(['new', 0])
    const none = new Edit()
    none.dispatch({ event: 'submit', payload: { status: 'x' } })
    expect(none.saved).toBe(0)
  })
})
