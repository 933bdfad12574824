import { Component } from 'react'
import type { ReactNode } from 'react'
import { Placeholder } from './unknown.tsx'

interface BoundaryProps {
  type: string
  children: ReactNode
}

/** A record that cannot be drawn says so in its place; the rest of the page stays. */
export class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return <Placeholder>“{this.props.type}” could not be drawn.</Placeholder>
  }
}
