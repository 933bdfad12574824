import { z } from 'zod'
import type { Block } from '../data/block.ts'
import { COLUMN_TYPES } from '../data/column.ts'
import { FILTER_OPERATORS } from '../data/rows.ts'
import { defineElement } from './define.ts'

const sort = z.array(z.strictObject({ column: z.string(), direction: z.enum(['ascending', 'descending']) }))
const id = z.number().int().min(0)
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** Rows and columns, as a window draws them. Scripts write the component around it, which has the rows. */
export const tableElement = defineElement({
  name: 'Table',
  props: {
    /** What stands in the columns, in order. */
    columns: z.array(
      z.strictObject({
        name: z.string(),
        type: z.enum(COLUMN_TYPES),
        /** Heading. */
        label: z.string(),
        /** In pixels; null: by what is in it. */
        width: z.number().positive().nullable(),
        editable: z.boolean(),
        /** Decimals of numbers; null: as they are. */
        decimals: z.number().int().min(0).max(20).nullable(),
        pinned: z.boolean(),
        /** Values to choose from when it is edited; null: any. */
        choices: z.array(z.string()).nullable(),
      }),
    ),
    /** Where the rows come from has changed: another text. */
    source: z.string(),
    /** Goes up when rows have to be asked for anew. */
    version: z.number(),
    /** Without filter and search; null: not known yet. */
    rowCount: z.number().nullable(),
    /** The rows to begin with; null: they are asked for. */
    first: z.custom<Block>().nullable(),
    /** The record that tells of changes; null: there are none. */
    changes: z.string().nullable(),
    /** In pixels, or any CSS length. */
    height: z.union([z.number(), z.string()]),
    search: z.boolean(),
    filters: z.boolean(),
    exportName: z.string().nullable(),
    selection: z.enum(['none', 'single', 'multiple']),
    /** Ids of the rows that the script wants selected; null: the person's own. */
    selected: z.array(id).nullable(),
    sort,
    emptyText: z.string(),
    label: z.string(),
  },
  events: {
    /** Asks for rows; the answer is a Block. */
    onRows: z.strictObject({
      start: id,
      end: id,
      sort,
      filter: z.array(
        z.strictObject({
          column: z.string(),
          operator: z.enum(FILTER_OPERATORS),
          value: cell.optional(),
          to: cell.optional(),
        }),
      ),
      search: z.string(),
    }),
    /** A cell was edited; the answer is null, or what is wrong with the value. */
    onEdit: z.strictObject({ id, column: z.string(), value: cell }),
    /** The last edit is to be taken back, or made again. The answer is the row's id, or null. */
    onUndo: z.enum(['undo', 'redo']),
    onSelect: z.array(id),
    onRowClick: id,
  },
  children: 'none',
})
