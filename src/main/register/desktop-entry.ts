/** File name of the desktop entry; also how lists of default applications name it. */
export const DESKTOP_ENTRY = 'oriel.desktop'

/**
 * The desktop entry that opens a file with this installation. `--ask`: a double-click is no promise that the file is
 * trusted. https://specifications.freedesktop.org/desktop-entry-spec/latest/
 */
export function desktopEntry(options: { nodePath: string; cliPath: string; mimeType: string }): string {
  const command = [options.nodePath, options.cliPath, '--ask'].map(quoteArgument).join(' ')
  return `[Desktop Entry]
Type=Application
Version=1.0
Name=Oriel
GenericName=Data apps
Comment=Open a TypeScript file as a desktop data app
TryExec=${escapeString(options.nodePath)}
Exec=${escapeString(command)} %f
Icon=oriel
Terminal=false
NoDisplay=false
StartupNotify=true
StartupWMClass=oriel
MimeType=${options.mimeType};
Categories=Development;
Keywords=TypeScript;script;data;chart;table;
`
}

/** One argument of an Exec line: quoted as the specification asks, a percent sign doubled so that it is no field code. */
function quoteArgument(argument: string): string {
  return `"${argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`
}

/** Any value of type string is unescaped once more when the file is read. */
function escapeString(value: string): string {
  return value.replaceAll('\\', '\\\\')
}
