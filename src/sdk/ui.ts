/*
 * The package `oriel/ui`: elements for scripts that show React elements. Each is defined in src/shared/elements and drawn
 * in src/renderer/views/elements.
 */
import { buttonElement } from '../shared/elements/button.ts'
import { columnElement } from '../shared/elements/column.ts'
import { metricElement } from '../shared/elements/metric.ts'
import { rowElement } from '../shared/elements/row.ts'
import { textElement } from '../shared/elements/text.ts'
import { textInputElement } from '../shared/elements/text-input.ts'
import { element } from './elements/element.ts'

export type { ElementHandle } from './elements/element.ts'
export { Chart } from './elements/chart.ts'
export type { ChartPoint, ChartProps, ChartTrace } from './elements/chart.ts'
export { LineStream } from './elements/line-stream.ts'
export type { LineStreamProps } from './elements/line-stream.ts'
export { Table } from './elements/table.ts'
export type { TableColumn, TableProps } from './elements/table.ts'
export type { CellCheck, CellEdit } from './elements/table-edits.ts'
export type { TableInput } from './elements/table-rows.ts'

/** A button that a person presses; what is between its tags is its label. */
export const Button = element(buttonElement)
/** Children one below the other. */
export const Column = element(columnElement)
/** One number that matters, large, with what it is and how it has changed. */
export const Metric = element(metricElement)
/** Children side by side. */
export const Row = element(rowElement)
/** A paragraph of text. */
export const Text = element(textElement)
/** One line of text that a person types. */
export const TextInput = element(textInputElement)
