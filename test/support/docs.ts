import { readFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Text of a page of docs. */
export const docs = (name: string) => readFileSync(path.join(ROOT, 'docs', name), 'utf8')
/** What stands in blocks of this kind. */
export const blocks = (text: string, kind: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${kind}\\n([^]*?)\\n\`\`\``, 'g'))].map(([, code]) => code!)

/** Commands of a block as they are run: each on one line, with what the page says below it. */
export function commandsIn(block: string): { command: string; says: string | null }[] {
  const lines = block.replaceAll('\\\n', '').split('\n')
  return lines.flatMap((command, i) => {
    if (!/^\w/.test(command)) return []
    const next = lines[i + 1]
    return [{ command, says: next?.startsWith('# ') ? next.slice(2) : null }]
  })
}

/** As the page has it, where `…` stands for anything and ids are those of other components. */
export function asDocumented(says: string): RegExp {
  const source = says
    .split(/(…|component-[0-9a-f]{8})/)
    .map((part) =>
      part === '…'
        ? '[^]*'
        : part.startsWith('component-')
          ? 'component-[0-9a-f]{8}'
          : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
  return new RegExp(`^${source.join('')}\\n?$`)
}
