import type { Boot } from '../boot.ts'
import type { PageLink } from '../types.ts'
import { needsShell } from './model.ts'
import type { ShellModel } from './model.ts'

/** Draws the shell over the page as soon as there is something to say. Its code is fetched ahead, when the page has nothing better to do: once the connection is lost there may be nobody to fetch it from. */
export function showShell(model: ShellModel, link: PageLink, boot: Boot): void {
  let mounted = false
  const load = () => import('./mount.tsx')
  const check = () => {
    if (mounted || !needsShell(model.state)) return
    mounted = true
    void load().then(({ mountShell }) => mountShell(model, link, boot))
  }
  model.subscribe(check)
  check()
  const idle = window.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 1000))
  idle(() => void load(), { timeout: 5000 })
}
