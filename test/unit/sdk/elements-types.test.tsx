import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { SessionState, useSessionState } from '../../../src/sdk/index.ts'
import { Button, Metric, TextInput } from '../../../src/sdk/ui.ts'

class Counter extends SessionState.define({ count: z.number().default(0) }) {}

/** None of these may compile: an expectation that is not met is an error of the type check. */
export const wrong = {
  // @ts-expect-error a wrong prop
  prop: <Button variant="huge">x</Button>,
  // @ts-expect-error a prop that is missing
  missing: <Metric value={1} />,
  // @ts-expect-error a prop that there is not
  unknown: <Metric label="x" value={1} colour="red" />,
  // @ts-expect-error a wrong event payload
  payload: <TextInput label="x" onChange={(value: number) => value} />,
  // @ts-expect-error an event that there is not
  event: <TextInput label="x" onPress={() => {}} />,
  // @ts-expect-error nothing stands between its tags
  children: <TextInput label="x">x</TextInput>,
  // @ts-expect-error a wrong state assignment
  assignment: () => (Counter.get().count = 'x'),
  // @ts-expect-error a field that there is not
  field: () => Counter.use().size,
}

test('events give what their schemas say, and state has the types of its schema [I4, T8]', () => {
  type InputProps = Parameters<typeof TextInput>[0]
  expectTypeOf<NonNullable<InputProps['onChange']>>().parameter(0).toEqualTypeOf<string>()
  expectTypeOf<Parameters<typeof Metric>[0]['value']>().toEqualTypeOf<string | number>()
  expectTypeOf<InstanceType<typeof Counter>['count']>().toEqualTypeOf<number>()
  expectTypeOf(useSessionState<string[]>).returns.toEqualTypeOf<
    [string[], (next: string[] | ((before: string[]) => string[])) => void]
  >()
})
