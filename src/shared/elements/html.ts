import { z } from 'zod'
import { defineElement } from './define.ts'

/** HTML as text, such as a mail or what another program has made. It is cleaned of all that runs, loads from elsewhere or is filled in. */
export const htmlElement = defineElement({
  name: 'Html',
  props: {
    /** A fragment of HTML. */
    html: z.string(),
    /** It is the author's own and is shown as it is, with its classes, ids and styles. Scripts in it do not run. Default false. */
    trusted: z.boolean().default(false),
  },
  events: {},
  children: 'none',
})
