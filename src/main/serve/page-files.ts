import path from 'node:path'
import type { Log } from '../log.ts'

/** Endings of what pages are made of: styles, scripts, pictures, fonts, sound and films. */
const PARTS: ReadonlySet<string> = new Set(
  (
    '.css .js .mjs .wasm .svg .png .apng .jpg .jpeg .gif .webp .avif .bmp .ico .woff .woff2 .ttf .otf ' +
    '.mp3 .m4a .ogg .wav .flac .mp4 .webm .mov .vtt'
  ).split(' '),
)
/** Whatever lies in a folder of this name beside a page is for everybody. */
const PUBLIC = 'public'
/** Not even there: sources and what leads back to them, databases and what goes with them, keys. */
const NEVER = /\.(?:[cm]?tsx?|jsx|oriel(?:\.\w+)?|config\.[cm]?js|map|pem|key|p12|(?:db|sqlite3?)(?:-\w+)?)$/i
/** Names that are written to the log in all. */
const MAX_TOLD = 50

/**
 * Which of the files beside an HTML page visitors may have: what pages are made of, and all that is in a folder named
 * `public`, but nothing of the script itself. `inputs`: the script's own files, absolute.
 */
export function pageFiles(inputs: readonly string[], log: Log): (root: string, file: string) => boolean {
  const own = new Set(inputs)
  const told = new Set<string>()
  return (root, file) => {
    const names = path.relative(root, file).split(path.sep)
    const isPublic = path.basename(root) === PUBLIC || (names.length > 1 && names[0] === PUBLIC)
    const isKnown = isPublic || PARTS.has(path.extname(file).toLowerCase())
    const isHidden = names.some((name) => name.startsWith('.'))
    if (isKnown && !isHidden && !own.has(file) && !NEVER.test(file)) return true
    if (!told.has(file) && told.size < MAX_TOLD) {
      told.add(file)
      const hint = 'Data and documents go in a folder named "public" beside the page, or come from the script.'
      log.warn('a file beside a page is not for visitors', { file, hint })
    }
    return false
  }
}
