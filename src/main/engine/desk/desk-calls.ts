import type { CallMethod } from '../../../shared/calls.ts'
import { TOAST_LEVELS } from '../../../shared/desk/toasts.ts'
import { OrielError } from '../../../shared/errors.ts'
import { isPlainObject } from '../../../shared/document/kinds.ts'
import type { Call } from '../session-calls.ts'
import type { Peer } from '../peer.ts'
import type { Desk } from './desk.ts'

type DeskMethod = Extract<
  CallMethod,
  `${'dialog' | 'toast' | 'desk' | 'task' | 'command' | 'leaving' | 'typed'}.${string}`
>

/** Longest text of a dialog, toast or clipboard, in characters: far more than anybody reads. */
const MAX_TEXT_LENGTH = 1_000_000

/** The calls that scripts and windows make of the desk. `openOutside` opens an address in the person's own browser. */
export function deskCalls(desk: Desk, openOutside: (url: unknown) => Promise<null>): { [M in DeskMethod]: Call<M> } {
  return {
    'dialog.open': {
      role: 'script',
      run: async (params) => {
        // What the script's own SDK asks is of the right shape, or it is not our SDK.
        const { widgetId, askId, request } = checked(params, { askId: 'string', request: 'object' })
        return desk.dialogs.ask(await desk.windowFor(widgetId), askId, request)
      },
    },
    'dialog.takeBack': {
      role: 'script',
      run: async (params) => {
        desk.dialogs.takeBack(checked(params, { askId: 'string' }).askId)
        return null
      },
    },
    'toast.show': {
      role: 'script',
      run: async (params) => {
        const { widgetId, toast } = checked(params, { toast: 'object' })
        if (!TOAST_LEVELS.includes(toast.level)) throw badParams()
        return desk.toast(widgetId, toast)
      },
    },
    'desk.notify': {
      role: 'script',
      run: async (params) => {
        const { widgetId, title, body } = checked(params, { title: 'string', body: 'string' })
        await desk.notify(widgetId, { title, body })
        return null
      },
    },
    'desk.copy': {
      role: 'script',
      run: async (params) => {
        const { widgetId, text } = checked(params, { text: 'string' })
        await desk.copy(widgetId, text)
        return null
      },
    },
    'desk.paste': { role: 'script', run: async (params) => desk.paste(checked(params, {}).widgetId) },
    'desk.download': {
      role: 'script',
      run: async (params) => {
        const { widgetId, name, type, bytes } = checked(params, { name: 'string', type: 'string', bytes: 'object' })
        await desk.askPage(widgetId, { what: 'download', name, type, bytes })
        return null
      },
    },
    'desk.open': {
      role: 'script',
      run: async (params) => {
        const { widgetId, url } = checked(params, { url: 'string' })
        try {
          return await openOutside(url)
        } catch (error) {
          if (!(error instanceof OrielError && error.code === 'not_supported')) throw error
          // A visitor's own browser opens it.
          await desk.askPage(widgetId, { what: 'open', url })
          return null
        }
      },
    },
    'dialog.answer': {
      role: 'window',
      run: async (params, peer) => {
        const { id, answer } = checked(params, { id: 'string' })
        await desk.dialogs.onAnswer(widgetOf(peer), id, answer ?? null)
        return null
      },
    },
    'dialog.list': {
      role: 'window',
      run: async (params, peer) => {
        const { id, folder } = checked(params, { id: 'string' })
        if (folder !== null && typeof folder !== 'string') throw badParams()
        return desk.dialogs.list(widgetOf(peer), id, folder)
      },
    },
    'typed.keep': {
      role: 'window',
      run: async (params, peer) => {
        desk.keepTyped(widgetOf(peer), checked(params, { fields: 'object' }).fields)
        return null
      },
    },
    'task.cancel': {
      role: 'window',
      run: async (params, peer) => {
        desk.cancelTask(widgetOf(peer), checked(params, { id: 'string' }).id)
        return null
      },
    },
    'command.run': {
      role: 'window',
      run: async (params, peer) => {
        desk.runCommand(widgetOf(peer), checked(params, { id: 'string' }).id)
        return null
      },
    },
    'leaving.ask': {
      role: 'window',
      run: async (_params, peer) => {
        await desk.closeAsked(widgetOf(peer))
        return null
      },
    },
  }
}

function widgetOf({ widgetId }: Peer): string {
  if (widgetId === null) throw badParams()
  return widgetId
}

/** `params` as it is typed, once these fields of it are of these kinds. Throws bad_value. */
function checked<P extends object>(params: P, kinds: { [K in keyof P]?: 'string' | 'object' }): P {
  if (!isPlainObject(params)) throw badParams()
  const { widgetId } = params
  if (widgetId !== undefined && widgetId !== null && typeof widgetId !== 'string') throw badParams()
  for (const [key, kind] of Object.entries(kinds)) {
    const value = params[key]
    if (typeof value !== kind || value === null) throw badParams()
    if (typeof value === 'string' && value.length > MAX_TEXT_LENGTH)
      throw new OrielError('too_large', `${key} is longer than ${MAX_TEXT_LENGTH} characters.`)
  }
  return params
}

function badParams(): OrielError {
  return new OrielError('bad_value', 'This is not how that is asked.')
}
