/*
 * `mimeapps.list`: which application opens which type. `xdg-mime default` writes it too, but nothing of xdg-utils takes
 * an entry back. https://specifications.freedesktop.org/mime-apps-spec/latest/
 */

const DEFAULTS = '[Default Applications]'

interface Section {
  /** `[Name]`; null for what stands before the first one. */
  header: string | null
  lines: string[]
}

/** `list` with `entry` as the first choice for `mimeType`; everything else is kept as it is. */
export function withDefaultApplication(list: string, mimeType: string, entry: string): string {
  const sections = parse(withoutApplication(list, mimeType, entry))
  let defaults = sections.find(({ header }) => header === DEFAULTS)
  if (!defaults) {
    const last = sections.at(-1)
    if (last && last.lines.at(-1) !== '') last.lines.push('')
    defaults = { header: DEFAULTS, lines: [] }
    sections.push(defaults)
  }
  const at = defaults.lines.findIndex((line) => keyOf(line) === mimeType)
  if (at < 0) defaults.lines.unshift(`${mimeType}=${entry}`)
  else defaults.lines[at] = `${mimeType}=${[entry, ...namesOf(defaults.lines[at]!)].join(';')}`
  return write(sections)
}

/** `list` without `entry` for `mimeType`, in every section; a section that this empties goes too. */
export function withoutApplication(list: string, mimeType: string, entry: string): string {
  const kept = parse(list).filter((section) => {
    const before = section.lines.length
    section.lines = section.lines.flatMap((line) => {
      if (keyOf(line) !== mimeType) return [line]
      const others = namesOf(line).filter((name) => name !== entry)
      return others.length > 0 ? [`${mimeType}=${others.join(';')}`] : []
    })
    return section.lines.length === before || section.lines.some((line) => line.trim() !== '')
  })
  return write(kept)
}

function parse(list: string): Section[] {
  const sections: Section[] = [{ header: null, lines: [] }]
  for (const line of list === '' ? [] : list.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('[')) sections.push({ header: line.trim(), lines: [] })
    else sections.at(-1)!.lines.push(line)
  }
  return sections.filter(({ header, lines }) => header !== null || lines.length > 0)
}

function write(sections: readonly Section[]): string {
  const lines = sections.flatMap((section) => [...(section.header === null ? [] : [section.header]), ...section.lines])
  while (lines.at(-1)?.trim() === '') lines.pop()
  return lines.length > 0 ? `${lines.join('\n')}\n` : ''
}

function keyOf(line: string): string | null {
  const at = line.indexOf('=')
  return at > 0 && !line.startsWith('#') ? line.slice(0, at).trim() : null
}

function namesOf(line: string): string[] {
  return line
    .slice(line.indexOf('=') + 1)
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
