import { z } from 'zod'
import { defineElement } from './define.ts'

/** Opens an address in the person's own browser or mail program; the window stays where it is. */
export const linkElement = defineElement({
  name: 'Link',
  props: {
    /** An address that begins with http:, https: or mailto:, or # and the id of a part of this page. */
    href: z.string().regex(/^(https?:|mailto:|#)/i, 'has to begin with http:, https:, mailto: or #'),
  },
  events: {},
  children: 'nodes',
})
