/*
 * The part of the Chrome DevTools Protocol that Oriel uses, as one typed table.
 * https://chromedevtools.github.io/devtools-protocol/tot/
 */

/** A window's place as the protocol names it, in DIP. Where `windowState` is not `normal` the other fields may not be set with it. */
export interface CdpBounds {
  left?: number
  top?: number
  width?: number
  height?: number
  windowState?: 'normal' | 'minimized' | 'maximized' | 'fullscreen'
}

/** One tab, window or worker of the browser. */
export interface TargetInfo {
  targetId: string
  type: string
  url: string
  openerId?: string
  canAccessOpener: boolean
}

type Nothing = Record<string, never>

/** Command → what it takes and what it answers. */
export interface Commands {
  'Browser.close': { params: Nothing; result: Nothing }
  'Browser.getVersion': { params: Nothing; result: { product: string } }
  'Browser.getWindowForTarget': { params: { targetId: string }; result: { windowId: number; bounds: CdpBounds } }
  'Browser.getWindowBounds': { params: { windowId: number }; result: { bounds: CdpBounds } }
  'Browser.setWindowBounds': { params: { windowId: number; bounds: CdpBounds }; result: Nothing }
  'Target.setAutoAttach': {
    params: {
      autoAttach: boolean
      waitForDebuggerOnStart: boolean
      flatten: true
      filter: { type?: string; exclude?: boolean }[]
    }
    result: Nothing
  }
  'Target.setDiscoverTargets': { params: { discover: boolean; filter: { type?: string }[] }; result: Nothing }
  'Target.createTarget': { params: { url: string; newWindow?: boolean }; result: { targetId: string } }
  'Target.activateTarget': { params: { targetId: string }; result: Nothing }
  'Target.closeTarget': { params: { targetId: string }; result: Nothing }
  'Page.enable': { params: Nothing; result: Nothing }
  'Page.navigate': { params: { url: string }; result: { errorText?: string } }
  'Page.bringToFront': { params: Nothing; result: Nothing }
  'Page.captureScreenshot': { params: { format: 'png' }; result: { data: string } }
  'Page.createIsolatedWorld': {
    params: { frameId: string; worldName: string }
    result: { executionContextId: number }
  }
  'Runtime.evaluate': {
    params: {
      expression: string
      contextId?: number
      userGesture?: boolean
      awaitPromise?: boolean
      returnByValue?: boolean
    }
    result: { result: { value?: unknown } }
  }
  'Runtime.runIfWaitingForDebugger': { params: Nothing; result: Nothing }
  'Fetch.enable': { params: { patterns: { urlPattern: string; resourceType?: 'Document' }[] }; result: Nothing }
  'Fetch.continueRequest': { params: { requestId: string }; result: Nothing }
  'Fetch.failRequest': { params: { requestId: string; errorReason: 'Aborted' }; result: Nothing }
  'Emulation.setEmulatedMedia': { params: { features: { name: string; value: string }[] }; result: Nothing }
  'Emulation.setDefaultBackgroundColorOverride': {
    params: { color?: { r: number; g: number; b: number; a: number } }
    result: Nothing
  }
  'Emulation.setDeviceMetricsOverride': {
    params: { width: number; height: number; deviceScaleFactor: number; mobile: boolean }
    result: Nothing
  }
}

/** Event → what it brings. */
export interface Events {
  'Target.attachedToTarget': { sessionId: string; targetInfo: TargetInfo; waitingForDebugger: boolean }
  'Target.targetDestroyed': { targetId: string }
  'Inspector.targetCrashed': Nothing
  'Page.loadEventFired': { timestamp: number }
  'Fetch.requestPaused': { requestId: string; request: { url: string }; frameId: string }
}

export type Command = keyof Commands
export type EventName = keyof Events
