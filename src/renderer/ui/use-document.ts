import { useEffect, useReducer } from 'react'
import type { DocumentRecord } from '../../shared/document/types.ts'
import type { DocumentReader } from '../types.ts'

/** All records of a document, drawn again when any of them changes: for the small documents of our own views. */
export function useRecords(document: DocumentReader): readonly Readonly<DocumentRecord>[] {
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const stop = document.onChange(redraw)
    // What changed between the first drawing and here was not heard.
    redraw()
    return stop
  }, [document])
  return [...document.records()]
}

/** The props of all records of one type. The type says what they are: only the main process writes these records. */
export function propsOf<T>(records: readonly Readonly<DocumentRecord>[], type: string): T[] {
  return records.filter((record) => record.type === type).map((record) => record.props as unknown as T)
}
