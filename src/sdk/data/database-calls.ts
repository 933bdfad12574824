import type { Column } from '../../shared/data/column.ts'

/** What a script may give as a value of a query. */
export type QueryValue = null | boolean | number | bigint | string | Date | Uint8Array

/** What a connection is to do. */
export type DatabaseTask =
  | {
      readonly kind: 'run'
      readonly sql: string
      readonly values: readonly QueryValue[] | Readonly<Record<string, QueryValue>>
      /** Where relative paths in the query start. */
      readonly folder: string
    }
  | { readonly kind: 'upload'; readonly name: string; readonly columns: readonly Column[] }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'close' }

/** Script → database process. */
export interface DatabaseCall {
  /** 0: nobody waits for an answer. */
  readonly id: number
  /** A connection is made for each number that is new. */
  readonly connection: number
  readonly task: DatabaseTask
}

/** Database process → script. `error` is what DuckDB says. */
export type DatabaseReply =
  | { readonly id: number; readonly columns: readonly Column[] }
  | { readonly id: number; readonly error: string }
