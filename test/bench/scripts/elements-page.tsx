import { createRoot } from 'react-dom/client'
import { List } from './list.tsx'

createRoot(document.getElementById('app')!).render(<List />)
