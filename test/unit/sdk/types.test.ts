import type { ReactElement } from 'react'
import { expect, expectTypeOf, test } from 'vitest'
import type { AnyComponent } from '../../../src/sdk/components.ts'
import * as oriel from '../../../src/sdk/index.ts'
import type {
  Bounds,
  Html,
  SessionContext,
  ShowOptions,
  Value,
  Widget,
  WidgetEvent,
  WidgetHandler,
  WidgetInput,
} from '../../../src/sdk/index.ts'

test('the package offers these names and no others', () => {
  expect(Object.keys(oriel).toSorted()).toEqual([
    'ByteStream',
    'Html',
    'ImageStream',
    'OrielError',
    'SessionState',
    'clipboard',
    'dialog',
    'download',
    'html',
    'menu',
    'notify',
    'onClose',
    'openExternal',
    'progress',
    'raw',
    'session',
    'shortcut',
    'show',
    'task',
    'theme',
    'toast',
    'unsavedChanges',
    'useSessionState',
  ])
})

test('show takes content and options and gives a widget', () => {
  expectTypeOf(oriel.show)
    .parameter(0)
    .toEqualTypeOf<string | Html | ReactElement | { file: string } | { url: string } | AnyComponent>()
  expectTypeOf<WidgetInput>().toEqualTypeOf<
    string | Html | ReactElement | { file: string } | { url: string } | AnyComponent
  >()
  expectTypeOf(oriel.show).parameter(1).toEqualTypeOf<ShowOptions | undefined>()
  expectTypeOf(oriel.show).returns.resolves.toEqualTypeOf<Widget>()
  expectTypeOf<ShowOptions>().toEqualTypeOf<{
    id?: string
    title?: string
    width?: number
    height?: number
    x?: number
    y?: number
    resizable?: boolean
    theme?: 'light' | 'dark' | 'system'
    on?: Record<string, WidgetHandler>
  }>()
})

test('a widget has these methods', () => {
  expectTypeOf<keyof Widget>().toEqualTypeOf<
    | 'id'
    | 'on'
    | 'emit'
    | 'request'
    | 'update'
    | 'patch'
    | 'setTitle'
    | 'setBounds'
    | 'getBounds'
    | 'focus'
    | 'minimize'
    | 'capture'
    | 'close'
    | 'closed'
  >()
  expectTypeOf<Widget['emit']>().returns.resolves.toEqualTypeOf<number>()
  expectTypeOf<Widget['request']>().returns.resolves.toEqualTypeOf<Value>()
  expectTypeOf<Widget['getBounds']>().returns.resolves.toEqualTypeOf<Bounds>()
  expectTypeOf<Widget['on']>().toEqualTypeOf<(type: string, handler: WidgetHandler) => () => void>()
})

test('a handler may take less than it is given, and give anything', () => {
  expectTypeOf<() => void>().toExtend<WidgetHandler>()
  expectTypeOf<(data: Value) => Promise<number>>().toExtend<WidgetHandler>()
  expectTypeOf<(data: Value, event: WidgetEvent) => string>().toExtend<WidgetHandler>()
})

test('the session knows the types of its own values', () => {
  const { get } = oriel.session
  expectTypeOf(() => get('clientId')).returns.toEqualTypeOf<string>()
  expectTypeOf(() => get('widgetId')).returns.toEqualTypeOf<string | null>()
  expectTypeOf(() => get('clientId', 0)).returns.toEqualTypeOf<string | 0>()
  expectTypeOf(() => get('anything')).returns.toBeUnknown()
  expectTypeOf(() => oriel.session.current()).returns.toEqualTypeOf<Readonly<SessionContext>>()
  expectTypeOf(oriel.session.run<Promise<number>>).returns.toEqualTypeOf<Promise<number>>()
  const bound = oriel.session.bind
  expectTypeOf(bound<(n: number) => string>).returns.toEqualTypeOf<(n: number) => string>()
})
