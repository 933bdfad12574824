/** The last part of a path, of either kind of slash. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path
}

/** The path without its last part; '' if it has but one. */
export function folder(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
  return end < 0 ? '' : path.slice(0, Math.max(end, 1))
}
