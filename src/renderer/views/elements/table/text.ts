import type { Block } from '../../../../shared/data/block.ts'
import { cellOf, exchangeText } from './cell.ts'
import type { GridRow, TableColumn } from './cell.ts'

/** The heading line of a CSV file. */
export function csvHead(columns: readonly TableColumn[]): string {
  return `${columns.map(({ label }) => csvField(label)).join(',')}\r\n`
}

/** The rows of a block as lines of a CSV file. */
export function csvLines(block: Block, columns: readonly TableColumn[]): string {
  let text = ''
  for (let index = 0; index < block.ids.length; index++) {
    const row: GridRow = { id: 0, block, index, changed: null }
    text += `${columns.map(({ type }, i) => csvField(exchangeText(type, cellOf(row, i)))).join(',')}\r\n`
  }
  return text
}

/** Rows as spreadsheets take them from the clipboard. */
export function clipboardText(rows: readonly GridRow[], columns: readonly TableColumn[]): string {
  return rows
    .map((row) =>
      columns.map(({ type }, i) => exchangeText(type, cellOf(row, i)).replace(/[\t\r\n]+/g, ' ')).join('\t'),
    )
    .join('\n')
}

/**
 * Quoted where it must be. A text that a spreadsheet would take for a formula gets an apostrophe before it, which a
 * spreadsheet does not show: data must not become code there.
 */
function csvField(text: string): string {
  const isFormula = /^[=@\t\r]|^[+-](?![\d.]+(?:e[+-]?\d+)?$)/i.test(text)
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
