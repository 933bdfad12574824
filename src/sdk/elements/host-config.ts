import { createContext } from 'react'
import type Reconciler from 'react-reconciler'
import { equal } from '../../shared/document/equal.ts'
import { isTag } from '../../shared/elements/node.ts'
import { OrielError } from '../../shared/errors.ts'
import { definitionOf } from './element.ts'
import type { ElementHandle } from './element.ts'
import type { Child, ElementInstance, GivenProps, Parent, TextInstance } from './instance.ts'
import { checkProps } from './props.ts'

/** What React renders into: the top of one tree. */
export interface Container extends Parent {
  readonly parent: null
  readonly children: Child[]
  /** React has finished a commit: all that changed by it is in `tree`. */
  committed(): void
}

/** How a session's reconciler has its work done. */
export interface WorkOptions {
  /** Runs `work` once, soon, in the session's context. */
  soon: (work: () => void) => void
}

/** Update priority of what a person does; all else that is not a transition is no less urgent here. */
const DISCRETE = 2
const NO_PRIORITY = 0
/** Elements inside each other. What the props of the last hold has to find room in the record, too (MAX_TREE_DEPTH). */
const MAX_DEPTH = 200

/** How deep an element is, counted from the top. */
interface Depth {
  readonly depth: number
}
const DEPTHS: readonly Depth[] = Array.from({ length: MAX_DEPTH + 2 }, (_, depth) => Object.freeze({ depth }))

export type ElementReconciler = Reconciler.Reconciler<
  Container,
  ElementInstance,
  TextInstance,
  never,
  never,
  ElementHandle
>

type Config = Reconciler.HostConfig<
  string,
  GivenProps,
  Container,
  ElementInstance,
  TextInstance,
  never,
  never,
  never,
  never,
  ElementHandle,
  Depth,
  never,
  ReturnType<typeof setTimeout>,
  null,
  null,
  null,
  null,
  never,
  never,
  never
>

/** How React's work becomes a tree of instances. It notes what changed; the tree's own `committed` writes it. */
export function hostConfig({ soon }: WorkOptions): Config {
  let priority = NO_PRIORITY
  return {
    supportsMutation: true,
    supportsPersistence: false,
    supportsHydration: false,
    isPrimaryRenderer: true,
    rendererVersion: '19',
    rendererPackageName: 'oriel',
    extraDevToolsConfig: null,
    noTimeout: null,
    NotPendingTransition: null,
    HostTransitionContext: createContext<null>(null),

    createInstance,
    createTextInstance: (text, { tree }) => ({ kind: 'text', tree, parent: null, text, isHidden: false }),
    appendInitialChild: append,
    finalizeInitialChildren: () => false,
    shouldSetTextContent: (_type, { children }) => isText(children),
    getRootHostContext: () => DEPTHS[0]!,
    getChildHostContext: ({ depth }) => DEPTHS[depth + 1] ?? DEPTHS.at(-1)!,
    getPublicInstance: (instance) => handleOf(instance as ElementInstance),

    prepareForCommit: () => null,
    resetAfterCommit: (container) => container.committed(),
    commitUpdate,
    commitTextUpdate(instance, _old, text) {
      instance.text = text
      instance.tree.changedTexts.add(instance)
    },
    resetTextContent(instance) {
      instance.ownText = null
      instance.children.length = 0
      instance.tree.changedChildren.add(instance)
    },
    appendChild: place,
    appendChildToContainer: place,
    insertBefore: place,
    insertInContainerBefore: place,
    removeChild: takeOut,
    removeChildFromContainer: takeOut,
    clearContainer(container) {
      for (const child of [...container.children]) takeOut(container, child)
    },
    hideInstance: (instance) => hide(instance, true),
    hideTextInstance: (instance) => hide(instance, true),
    unhideInstance: (instance) => hide(instance, false),
    unhideTextInstance: (instance) => hide(instance, false),
    detachDeletedInstance() {},
    preparePortalMount() {},

    supportsMicrotasks: true,
    scheduleMicrotask: soon,
    scheduleTimeout: (fn, delay) => setTimeout(fn, delay),
    cancelTimeout: (timer) => clearTimeout(timer),
    setCurrentUpdatePriority: (next) => void (priority = next),
    getCurrentUpdatePriority: () => priority,
    resolveUpdatePriority: () => priority || DISCRETE,
    shouldAttemptEagerTransition: () => false,
    resolveEventType: () => null,
    resolveEventTimeStamp: () => -1.1,
    requestPostPaintCallback() {},
    trackSchedulerEvent() {},
    bindToConsole: (method, values) => {
      const say = console[method as 'error'] ?? console.error
      return say.bind(console, ...(values as unknown[]))
    },

    // A page loads what it draws by itself.
    maySuspendCommit: () => false,
    maySuspendCommitOnUpdate: () => false,
    maySuspendCommitInSyncRender: () => false,
    preloadInstance: () => true,
    startSuspendingCommit: () => null,
    suspendInstance() {},
    suspendOnActiveViewTransition() {},
    waitForCommitToBeReady: () => null,
    getSuspendedCommitReason: () => null,

    getInstanceFromNode: () => null,
    beforeActiveInstanceBlur() {},
    afterActiveInstanceBlur() {},
    prepareScopeUpdate() {},
    getInstanceFromScope: () => null,
    resetFormInstance() {},
  }
}

function createInstance(type: string, given: GivenProps, container: Container, { depth }: Depth): ElementInstance {
  const definition = definitionOf(type) ?? null
  if (!definition && !isTag(type)) throw new OrielError('bad_value', `There is no element <${type}>.`)
  if (depth >= MAX_DEPTH)
    throw new OrielError('bad_value', `<${type}>: elements can be at most ${MAX_DEPTH} inside each other.`)
  const { tree } = container
  const instance: ElementInstance = {
    kind: 'element',
    tree,
    type,
    id: tree.nextId(),
    definition,
    parent: null,
    children: [],
    written: null,
    ...checkProps(type, definition, given),
    ownText: null,
    isHidden: false,
    handle: null,
  }
  setText(instance, given['children'])
  return instance
}

function commitUpdate(instance: ElementInstance, type: string, before: GivenProps, given: GivenProps): void {
  const { tree, props } = instance
  const checked = checkProps(type, instance.definition, given)
  instance.handlers = checked.handlers
  if (!equal(props, checked.props)) {
    if (!tree.changedProps.has(instance)) tree.changedProps.set(instance, props)
    instance.props = checked.props
  }
  const { children } = given
  if (children !== before['children']) setText(instance, children)
}

/** Only elements can have a ref. */
function handleOf(instance: ElementInstance): ElementHandle {
  const { id, tree } = instance
  return (instance.handle ??= Object.freeze({
    id,
    focus: () => tree.ask(instance, 'focus'),
    scrollIntoView: () => tree.ask(instance, 'scrollIntoView'),
  }))
}

function isText(children: unknown): children is string | number | bigint {
  return typeof children === 'string' || typeof children === 'number' || typeof children === 'bigint'
}

/** The element's only child is this, if it is text; what it was before, React has seen to. */
function setText(instance: ElementInstance, children: unknown): void {
  if (!isText(children)) return
  const text = String(children)
  const { ownText, tree } = instance
  if (!ownText) {
    instance.ownText = { kind: 'text', tree, parent: instance, text, isHidden: false }
    instance.children.push(instance.ownText)
    if (instance.written !== null) tree.changedChildren.add(instance)
  } else if (ownText.text !== text) {
    ownText.text = text
    tree.changedTexts.add(ownText)
  }
}

function append(parent: Parent, child: Child): void {
  parent.children.push(child)
  child.parent = parent
}

function place(parent: Parent, child: Child, before?: Child): void {
  const { children, tree } = parent
  if (child.parent === parent) {
    const old = children.lastIndexOf(child)
    if (old >= 0) children.splice(old, 1)
  }
  const index = before ? indexBefore(parent, before) : -1
  if (index >= 0) {
    children.splice(index, 0, child)
    tree.putLast = { parent, index }
  } else children.push(child)
  child.parent = parent
  tree.changedChildren.add(parent)
}

function indexBefore(parent: Parent, before: Child): number {
  const { children, tree } = parent
  const beside = tree.putLast?.parent === parent ? tree.putLast.index + 1 : -1
  return children[beside] === before ? beside : children.lastIndexOf(before)
}

function takeOut(parent: Parent, child: Child): void {
  const { children } = parent
  const index = children.indexOf(child)
  // What is taken out one after the other stands first, and taking that away moves nothing.
  if (index === 0) children.shift()
  else if (index > 0) children.splice(index, 1)
  child.parent = null
  parent.tree.changedChildren.add(parent)
}

function hide(child: Child, isHidden: boolean): void {
  child.isHidden = isHidden
  if (child.parent) child.tree.changedChildren.add(child.parent)
}
