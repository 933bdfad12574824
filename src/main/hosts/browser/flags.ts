/** What the flags depend on. */
export interface FlagOptions {
  profileFolder: string
  platform: NodeJS.Platform
  /** Whether this process runs as root on Linux, where Chromium refuses its own sandbox. */
  asRoot: boolean
  /** Added last. Only tests use it, e.g. `--remote-debugging-port=0` to attach Playwright beside us. */
  extraArgs: readonly string[]
}

/** Names that a browser does not know do no harm. */
const UNWANTED = [
  'Translate',
  'MediaRouter',
  'DialMediaRouteProvider',
  'OptimizationHints',
  'AutofillServerCommunication',
  // Two more processes for each headless page, for an address bar that nobody sees.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
]

/**
 * The command line that both app windows and the headless browser start with: nothing that speaks to the network by itself,
 * no first-run pages, no prompts. https://github.com/GoogleChrome/chrome-launcher/blob/main/docs/chrome-flags-for-tools.md
 */
export function browserFlags(options: FlagOptions): string[] {
  return [
    `--user-data-dir=${options.profileFolder}`,
    '--remote-debugging-pipe',
    '--no-first-run',
    '--no-default-browser-check',
    '--no-service-autorun',
    '--no-pings',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-domain-reliability',
    '--disable-extensions',
    '--disable-quic',
    '--disable-search-engine-choice-screen',
    '--disable-sync',
    `--disable-features=${UNWANTED.join(',')}`,
    '--disable-breakpad',
    '--deny-permission-prompts',
    '--hide-crash-restore-bubble',
    '--password-store=basic',
    '--use-mock-keychain',
    // A covered or minimised window still has to answer, to keep its connection and to be captured.
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    // So that the windows belong to oriel.desktop and not to the person's browser.
    ...(options.platform === 'linux' ? ['--class=oriel'] : []),
    // `--test-type` takes away the yellow bar about `--no-sandbox`.
    ...(options.asRoot ? ['--no-sandbox', '--test-type'] : []),
    ...options.extraArgs,
  ]
}
