import { z } from 'zod'
import type { DocumentRecord } from '../../shared/document/types.ts'
import { formatPath } from '../../shared/document/op-error.ts'
import type { Layer, ReadableState } from '../../shared/document/layer.ts'
import { OrielError } from '../../shared/errors.ts'
import { SCHEMA_TYPE } from '../../shared/records.ts'
import type { SchemaProps } from '../../shared/records.ts'

/** What the records of a type must look like, as the script has said (rule Y6). */
export class RecordSchemas {
  readonly #byType = new Map<string, z.ZodType>()

  /** Takes over the schemas that are stored already. One that cannot be read is left out: the script will say it again. */
  constructor(state: ReadableState) {
    for (const record of state.records()) {
      if (record.type !== SCHEMA_TYPE) continue
      try {
        const { recordType, schema } = compile(record)
        this.#byType.set(recordType, schema)
      } catch {
        continue
      }
    }
  }

  /** Refuses a change that makes a record of a known type unfit, or a schema that is none. Throws invalid_record, bad_value. */
  check(change: Layer): void {
    let added: Map<string, z.ZodType> | null = null
    for (const record of change.changed.values()) {
      if (record?.type !== SCHEMA_TYPE) continue
      const { recordType, schema } = compile(record)
      ;(added ??= new Map()).set(recordType, schema)
    }
    if (this.#byType.size === 0 && !added) return
    for (const record of change.changed.values()) {
      if (!record) continue
      const schema = added?.get(record.type) ?? this.#byType.get(record.type)
      const result = schema?.safeParse(record.props)
      if (result && !result.success) throw misfit(record, result.error)
    }
  }

  /** The change is about to be made. `before`: the records as they are without it. */
  follow(change: Layer, before: (id: string) => DocumentRecord | undefined): void {
    for (const id of change.changed.keys()) {
      const old = before(id)
      if (old?.type === SCHEMA_TYPE) this.#byType.delete((old.props as unknown as SchemaProps).recordType)
    }
    for (const record of change.changed.values()) {
      if (record?.type !== SCHEMA_TYPE) continue
      const { recordType, schema } = compile(record)
      this.#byType.set(recordType, schema)
    }
  }
}

/** Throws bad_value. */
function compile(record: DocumentRecord): { recordType: string; schema: z.ZodType } {
  const { recordType, schema } = record.props as unknown as SchemaProps
  try {
    if (typeof recordType !== 'string') throw new Error('it names no record type')
    return { recordType, schema: z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]) }
  } catch (cause) {
    throw new OrielError('bad_value', `The schema "${record.id}" is no JSON Schema that can be checked.`, { cause })
  }
}

function misfit({ id, type }: DocumentRecord, { issues }: z.ZodError): OrielError {
  const issue = issues[0]!
  const at = issue.path.length > 0 ? `${formatPath(issue.path as (string | number)[])}: ` : ''
  return new OrielError('invalid_record', `The record "${id}" does not fit its type "${type}": ${at}${issue.message}.`)
}
