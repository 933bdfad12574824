/*
 * The package `oriel/data`: tables from files and queries, as columns that go into Table and Chart as they are. For scripts
 * and for plain Node programs; reading anything but Arrow loads a process with DuckDB at first use.
 */
export { DataError } from './data/data-error.ts'
export type { DataPlace } from './data/data-error.ts'
export { DataTable } from './data/data-table.ts'
export type { Detected, FileFormat, Row } from './data/data-table.ts'
export type { QueryValue } from './data/database-calls.ts'
export type { TextEncoding } from './data/encoding.ts'
export type { ReadOptions } from './data/file-reader.ts'
export type { FileTable } from './data/file-table.ts'
export { LineData } from './data/line-data.ts'
export type { LineDataOptions } from './data/line-data.ts'
export { LiveTable } from './data/live-table.ts'
export { openTable } from './data/open-table.ts'
export { query } from './data/query.ts'
export type { QueryOptions, QueryTable } from './data/query.ts'
export { readTable } from './data/read-table.ts'
export type { CellChange, RowsAnswer, TableChange, TableSource } from './data/table-source.ts'
export type { Column, ColumnInfo, ColumnType, ColumnValues } from '../shared/data/column.ts'
export type { Filter, RowsRequest, Sort } from '../shared/data/rows.ts'
export { OrielError } from '../shared/errors.ts'
export type { ErrorCode } from '../shared/errors.ts'
