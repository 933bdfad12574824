import { adoptStyles } from '../ui/styles.ts'

/**
 * How layers of style sheets follow each other, from weak to strong: plain HTML, nothing for Mantine's own parts, Mantine,
 * its calendars (which may come to the page before it), elements. Rules of an author are in none and win over all of them.
 * Whatever has a sheet in one of these imports this first.
 */
adoptStyles(document, '@layer oriel, reset, mantine, dates, elements;')
