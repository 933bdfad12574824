import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { CommandsProps, MenuEntryProps } from '../../shared/desk/commands.ts'
import { parseShortcut, shortcutText } from '../../shared/desk/shortcuts.ts'
import { IS_MAC } from './shortcuts.ts'

export interface MenuBarProps {
  commands: readonly CommandsProps[]
  onRun: (id: string) => void
}

/** The script's menus along the top. Arrow keys go through them, as menus of the system have it. */
export function MenuBar({ commands, onRun }: MenuBarProps) {
  const menus = commands.flatMap((each) => each.menus)
  const [open, setOpen] = useState<number | null>(null)
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (open === null) return
    const onDown = (event: Event) => {
      if (!event.composedPath().includes(bar.current!)) setOpen(null)
    }
    addEventListener('pointerdown', onDown)
    return () => removeEventListener('pointerdown', onDown)
  }, [open])
  if (menus.length === 0) return null

  const titles = () => [...bar.current!.querySelectorAll<HTMLElement>('[data-menu]')]
  const show = (at: number) => {
    const next = (at + menus.length) % menus.length
    setOpen(next)
    titles()[next]?.focus()
  }
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const items = [...bar.current!.querySelectorAll<HTMLElement>('.menu-list button:not(:disabled)')]
    const root = bar.current!.getRootNode() as Document | ShadowRoot
    const at = items.indexOf(root.activeElement as HTMLElement)
    const title = titles().indexOf(root.activeElement as HTMLElement)
    const menu = open ?? title
    const act: Record<string, () => void> = {
      ArrowRight: () => (open === null ? titles()[(title + 1) % menus.length]?.focus() : show(menu + 1)),
      ArrowLeft: () => (open === null ? titles()[(title - 1 + menus.length) % menus.length]?.focus() : show(menu - 1)),
      ArrowDown: () => (open === null ? show(title) : items[(at + 1) % items.length]?.focus()),
      ArrowUp: () => items.at(at <= 0 ? -1 : at - 1)?.focus(),
      Escape: () => {
        titles()[menu]?.focus()
        setOpen(null)
      },
    }
    const chosen = act[event.key]
    if (!chosen) return
    event.preventDefault()
    chosen()
  }

  return (
    <div className="menu-bar" role="menubar" tabIndex={-1} aria-label="Menu" ref={bar} onKeyDown={onKey}>
      {menus.map(({ label, entries }, at) => (
        <div key={label} className="menu">
          <button
            type="button"
            role="menuitem"
            data-menu
            aria-haspopup="menu"
            aria-expanded={open === at}
            onClick={() => setOpen(open === at ? null : at)}
            onPointerEnter={() => open !== null && setOpen(at)}
          >
            {label}
          </button>
          {open === at && (
            <div className="menu-list" role="menu" aria-label={label}>
              {entries.map((entry, index) => (
                <Entry
                  key={entry.kind === 'command' ? entry.id : `line ${index}`}
                  entry={entry}
                  onChoose={(id) => {
                    setOpen(null)
                    onRun(id)
                  }}
                />
              ))}
            </div>
          )}
        </div>
      ))}
    </div>
  )
}

function Entry({ entry, onChoose }: { entry: MenuEntryProps; onChoose: (id: string) => void }) {
  if (entry.kind === 'separator') return <hr />
  const { id, label, shortcut, isEnabled, isChecked } = entry
  const keys = shortcut === null ? null : parseShortcut(shortcut)
  return (
    <button
      type="button"
      role={isChecked === null ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked={isChecked ?? undefined}
      disabled={!isEnabled}
      onClick={() => onChoose(id)}
    >
      <span className="menu-tick">{isChecked ? '✓' : ''}</span>
      <span>{label}</span>
      {keys && <kbd>{shortcutText(keys, IS_MAC)}</kbd>}
    </button>
  )
}
