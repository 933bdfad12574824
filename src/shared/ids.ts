const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const LETTERS_AND_DIGITS = 62

/**
 * `length` characters of the URL-safe alphabet from the system's secure random source: 6 bits each, so 22 carry about 132
 * bits. The first is a letter or digit: on a command line a word that begins with `-` is an option.
 */
export function randomId(length = 22): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  let id = ''
  for (const byte of bytes) id += ALPHABET[id === '' ? byte % LETTERS_AND_DIGITS : byte & 63]
  return id
}
