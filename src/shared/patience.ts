/** For answers that take as long as they take, such as a person's: 24 days in ms, the longest a timer can wait. */
export const NO_TIMEOUT_MS = 2 ** 31 - 1
