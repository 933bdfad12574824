/** `name` as SQL writes a table or column. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A value as SQL writes it. Numbers must be finite. */
export function literal(value: string | number | boolean | readonly string[]): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  return Array.isArray(value) ? `[${value.map(literal).join(', ')}]` : String(value)
}

/** Names and values as SQL writes a struct. */
export function struct(values: Readonly<Record<string, string>>): string {
  return `{${Object.entries(values)
    .map(([name, value]) => `${literal(name)}: ${literal(value)}`)
    .join(', ')}}`
}
