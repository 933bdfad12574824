/** What of `oriel/data` has the database do something. */
const READS = /\b(?:openTable|query|readTable)\b/
const IMPORTS = /^import\s+([^'"]*?)\s+from\s+"([^"]+)"/gm

/**
 * Whether bundled `code` imports something from `module` (`oriel/data`) that asks the database, or all of it. Its process
 * takes as long to begin as reading a file does, so it begins with the script then, and with no other.
 */
export function usesDatabase(code: string, module: string | undefined): boolean {
  return [...code.matchAll(IMPORTS)].some(
    ([, names = '', from]) => from === module && (names.includes('*') || READS.test(names)),
  )
}
