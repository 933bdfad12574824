/** Keys that are to be pressed together. */
export interface Shortcut {
  /** Ctrl, and on a Mac Command. */
  mod: boolean
  ctrl: boolean
  alt: boolean
  shift: boolean
  meta: boolean
  /** As KeyboardEvent.key has it, letters in lower case. */
  key: string
}

const MODIFIERS = ['mod', 'ctrl', 'alt', 'shift', 'meta'] as const
const NAMES: Readonly<Record<string, string>> = {
  space: ' ',
  plus: '+',
  esc: 'escape',
  up: 'arrowup',
  down: 'arrowdown',
  left: 'arrowleft',
  right: 'arrowright',
  del: 'delete',
  return: 'enter',
}

/** `Mod+Shift+S` as data; null if it is no such thing. */
export function parseShortcut(text: string): Shortcut | null {
  const parts = text.split('+').map((part) => part.trim().toLowerCase())
  const key = parts.pop() ?? ''
  const wanted = { mod: false, ctrl: false, alt: false, shift: false, meta: false }
  for (const part of parts) {
    const modifier = MODIFIERS.find((name) => name === part)
    if (!modifier || wanted[modifier]) return null
    wanted[modifier] = true
  }
  const known = NAMES[key] ?? key
  const isKey = known.length === 1 || /^(f([1-9]|1\d|2[0-4])|[a-z]{2,20})$/.test(known)
  if (!isKey || MODIFIERS.some((name) => name === known)) return null
  return { ...wanted, key: known }
}

type Pressed = Record<'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey', boolean> & { key: string }

/** Whether these keys are those. */
export function isPressed(shortcut: Shortcut, event: Pressed, isMac: boolean): boolean {
  const { mod, ctrl, alt, shift, meta, key } = shortcut
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase()
  return (
    event.key.toLowerCase() === key &&
    event.ctrlKey === (ctrl || (mod && !isMac)) &&
    event.metaKey === (meta || (mod && isMac)) &&
    event.altKey === alt &&
    // Signs such as `?` need Shift on some keyboards and not on others.
    (isSign || event.shiftKey === shift)
  )
}

/** As menus show it: `Ctrl+S`, on a Mac `⌘S`. */
export function shortcutText(shortcut: Shortcut, isMac: boolean): string {
  const { mod, ctrl, alt, shift, meta, key } = shortcut
  const sign = key === ' ' ? 'Space' : key.startsWith('arrow') ? ARROWS[key]! : key[0]!.toUpperCase() + key.slice(1)
  const parts = [
    (ctrl || (mod && !isMac)) && (isMac ? '⌃' : 'Ctrl'),
    alt && (isMac ? '⌥' : 'Alt'),
    shift && (isMac ? '⇧' : 'Shift'),
    (meta || (mod && isMac)) && (isMac ? '⌘' : 'Meta'),
    sign,
  ].filter((part) => part !== false)
  return parts.join(isMac ? '' : '+')
}

const ARROWS: Readonly<Record<string, string>> = { arrowup: '↑', arrowdown: '↓', arrowleft: '←', arrowright: '→' }
