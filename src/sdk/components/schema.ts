import type { StandardSchemaV1 } from '@standard-schema/spec'
import { settled } from './steps.ts'
import type { Steps } from './steps.ts'

/** Any validator that follows Standard Schema: zod, valibot, arktype and others. */
export type Schema<Output = unknown> = StandardSchemaV1<unknown, Output>

/** One thing that a value lacks. `path` is empty where it is about the value as a whole. */
export interface Issue {
  path: string[]
  message: string
}

export type Verdict = { ok: true; value: unknown } | { ok: false; issues: Issue[] }

/** The issues of a value, as the cause of the error that names the first. */
export class SchemaIssues extends Error {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(describeIssues(issues))
    this.name = 'SchemaIssues'
    this.issues = issues
  }
}

/** Asks `schema` about `value`. What the schema itself throws, passes. */
export function* judge(schema: Schema, value: unknown): Steps<Verdict> {
  return toVerdict(yield* settled(schema['~standard'].validate(value)))
}

export function toVerdict(result: StandardSchemaV1.Result<unknown>): Verdict {
  return result.issues ? { ok: false, issues: result.issues.map(toIssue) } : { ok: true, value: result.value }
}

function toIssue({ path = [], message }: StandardSchemaV1.Issue): Issue {
  return { path: path.map((part) => String(typeof part === 'object' ? part.key : part)), message }
}

const MAX_NAMED = 5

/** The issues in one line. */
export function describeIssues(issues: readonly Issue[]): string {
  const named = issues
    .slice(0, MAX_NAMED)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
  if (issues.length > MAX_NAMED) named.push(`and ${issues.length - MAX_NAMED} more`)
  return named.join('; ')
}

/** As much of a zod schema as is read here. */
interface ZodLike {
  _zod?: {
    def?: { type?: string; shape?: Record<string, unknown>; catchall?: unknown; in?: ZodLike; innerType?: ZodLike }
  }
}

/**
 * Keys of `value` that a zod object does not have and would drop without a word; where it says itself what becomes of
 * others, that counts (rule Q13). Other validators refuse or drop as they were told to.
 */
export function unknownKeys(schema: Schema, value: object): string[] {
  let inner: ZodLike | undefined = schema as ZodLike
  for (let depth = 0; inner?._zod?.def && depth < 10; depth++) {
    const { def }: { def?: NonNullable<ZodLike['_zod']>['def'] } = inner._zod
    if (def?.type === 'object') {
      const { shape, catchall } = def
      return shape && catchall === undefined ? Object.keys(value).filter((key) => !Object.hasOwn(shape, key)) : []
    }
    inner = def?.innerType ?? def?.in
  }
  return []
}
