import { adoptStyles } from '../ui/styles.ts'
import css from './dates.css?inline'
import './layers.ts'

/* Mantine's style sheet of calendars. Comes with the first of them. */
adoptStyles(document, css)
