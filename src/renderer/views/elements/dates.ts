/* Views with a calendar. They come in one file. */
export { DateInput } from './DateInput.tsx'
export { DateRangeInput } from './DateRangeInput.tsx'
