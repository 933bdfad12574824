import { isPressed, parseShortcut } from '../../shared/desk/shortcuts.ts'
import type { Shortcut } from '../../shared/desk/shortcuts.ts'
import { isField } from '../html/fields.ts'
import type { ShellModel } from '../shell/model.ts'

/** Whether keys are named and pressed as on a Mac. */
export const IS_MAC = /^Mac|iPhone|iPad/.test(navigator.platform)

/** Runs the script's commands when their keys are pressed in the page. Returns the way to stop. */
export function followShortcuts(
  model: ShellModel,
  run: (id: string) => Promise<unknown>,
  onError: (error: unknown) => void,
): () => void {
  const stop = new AbortController()
  const onKey = (event: KeyboardEvent) => {
    const { commands, dialog } = model.state
    // What is asked comes first, and a page of its own may have taken the keys.
    if (commands.length === 0 || dialog !== null || event.defaultPrevented || event.isComposing) return
    for (const { id, keys } of shortcutsOf(model)) {
      if (!isPressed(keys, event, IS_MAC) || (isPlain(keys) && isTyping(event))) continue
      event.preventDefault()
      if (!event.repeat) run(id).catch(onError)
      return
    }
  }
  addEventListener('keydown', onKey, { signal: stop.signal })
  return () => stop.abort()
}

function shortcutsOf({ state }: ShellModel): { id: string; keys: Shortcut }[] {
  const all = state.commands.flatMap(({ menus, shortcuts }) => [
    ...menus
      .flatMap(({ entries }) => entries)
      .flatMap((entry) =>
        entry.kind === 'command' && entry.isEnabled && entry.shortcut !== null
          ? [{ id: entry.id, shortcut: entry.shortcut }]
          : [],
      ),
    ...shortcuts,
  ])
  return all.flatMap(({ id, shortcut }) => {
    const keys = parseShortcut(shortcut)
    return keys ? [{ id, keys }] : []
  })
}

/** Such keys are letters to whoever types. */
const isPlain = ({ mod, ctrl, alt, meta, key }: Shortcut): boolean =>
  !mod && !ctrl && !alt && !meta && !/^f\d+$/.test(key)

function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0]
  return target instanceof HTMLElement && (isField(target) || target.isContentEditable)
}
