export { NO_TIMEOUT_MS } from '../shared/patience.ts'
