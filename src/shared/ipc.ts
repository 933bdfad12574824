/** The one channel between a page's preload and the main process, both ways. */
export const IPC_CHANNEL = 'oriel:carrier'

/**
 * What goes over it, in the order of the arguments. `link` is a random text that the preload makes for each page load,
 * so that nothing meant for a page reaches the one loaded after it.
 */
export type IpcMessage =
  | [link: string, kind: 'open']
  | [link: string, kind: 'message', message: object]
  | [link: string, kind: 'close', code: number, reason: string]

/** The arguments as a message; null if they are none. */
export function readIpcMessage(args: readonly unknown[]): IpcMessage | null {
  const [link, kind, first, second] = args
  if (typeof link !== 'string' || link.length > 64) return null
  if (kind === 'open') return [link, kind]
  if (kind === 'message' && typeof first === 'object' && first !== null && !Array.isArray(first))
    return [link, kind, first]
  if (kind === 'close' && typeof first === 'number' && typeof second === 'string') return [link, kind, first, second]
  return null
}
