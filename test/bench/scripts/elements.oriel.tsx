import { show } from 'oriel'
import { List } from './list.tsx'

await show(<List />, { title: 'elements' })
