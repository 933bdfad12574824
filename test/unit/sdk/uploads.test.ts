import { beforeEach, expect, test, vi } from 'vitest'
import { show } from '../../../src/sdk/index.ts'
import type { Value, Widget } from '../../../src/sdk/index.ts'
import { MAX_UPLOAD_BYTES, UPLOAD_EVENT } from '../../../src/shared/upload.ts'
import { startSession } from './support/sessions.ts'
import type { TestSession } from './support/sessions.ts'

let one: TestSession
let widget: Widget
const got = vi.fn<(data: Value) => void>()
const id = (n: number) => `upload-with-a-long-id-${n}`
const piece = (data: Value) => one.link.event('w1', UPLOAD_EVENT, data)

beforeEach(async () => {
  got.mockReset()
  one = startSession('1')
  widget = await one.run(() => show('<p>'))
  widget.on('pick', (data) => got(data))
})

test('files that went ahead are whole in their event, wherever they stand in it [Q51]', async () => {
  await piece({ upload: id(1), size: 5, offset: 0, bytes: new Uint8Array([1, 2, 3]) })
  await piece({ upload: id(2), size: 0, offset: 0, bytes: new Uint8Array() })
  await piece({ upload: id(1), size: 5, offset: 3, bytes: new Uint8Array([4, 5]) })
  await one.link.event('w1', 'pick', {
    name: 'f',
    value: [
      { name: 'a', upload: id(1) },
      { name: 'b', upload: id(2) },
    ],
  })
  expect(got).toHaveBeenCalledWith({
    name: 'f',
    value: [
      { name: 'a', bytes: new Uint8Array([1, 2, 3, 4, 5]) },
      { name: 'b', bytes: new Uint8Array() },
    ],
  })
  // Taken once: the same id is text like any other from then on.
  await one.link.event('w1', 'pick', { upload: id(1) })
  expect(got).toHaveBeenLastCalledWith({ upload: id(1) })
})

test('a file that is not whole, or was given up, is not filled in [Q51]', async () => {
  await piece({ upload: id(1), size: 2, offset: 0, bytes: new Uint8Array([1]) })
  await piece({ upload: id(2), size: 1, offset: 0, bytes: new Uint8Array([1]) })
  await piece({ upload: id(2), cancel: true })
  await one.link.event('w1', 'pick', [{ upload: id(1) }, { upload: id(2) }])
  expect(got).toHaveBeenCalledWith([{ upload: id(1) }, { upload: id(2) }])
})

test.each<[string, Value, string]>([
  ['nothing', null, 'bad_value'],
  ['a short id', { upload: 'x', size: 1, offset: 0, bytes: new Uint8Array([1]) }, 'bad_value'],
  ['text for bytes', { upload: id(1), size: 1, offset: 0, bytes: 'x' }, 'bad_value'],
  ['a piece that does not follow', { upload: id(1), size: 9, offset: 3, bytes: new Uint8Array([1]) }, 'bad_value'],
  ['more than it said', { upload: id(1), size: 1, offset: 0, bytes: new Uint8Array([1, 2]) }, 'bad_value'],
  ['a size below 0', { upload: id(1), size: -1, offset: 0, bytes: new Uint8Array() }, 'bad_value'],
  ['too much', { upload: id(1), size: MAX_UPLOAD_BYTES + 1, offset: 0, bytes: new Uint8Array() }, 'too_large'],
])('a piece with %s is refused', async (_what, data, code) => {
  await expect(piece(data)).rejects.toMatchObject({ code })
})

test('only so many files are on their way at once', async () => {
  for (let n = 0; n < 64; n++) await piece({ upload: id(n), size: 1, offset: 0, bytes: new Uint8Array([1]) })
  const next = { upload: id(99), size: 1, offset: 0, bytes: new Uint8Array([1]) }
  await expect(piece(next)).rejects.toMatchObject({ code: 'overloaded' })
  await piece({ upload: id(3), cancel: true })
  expect(await piece(next)).toBeNull()
})

test('names of events that are Oriel’s own are refused [E22]', async () => {
  expect(() => widget.on('oriel.upload', () => {})).toThrow(expect.objectContaining({ code: 'bad_value' }))
  await expect(widget.emit('oriel.upload')).rejects.toMatchObject({ code: 'bad_value' })
})
