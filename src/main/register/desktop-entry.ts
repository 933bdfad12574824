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

/** What an argument may hold only between quotes, as the specification says. */
const RESERVED = /[\s"'\\><~|&;$*?#()`]/

/**
 * One argument of an Exec line, a percent sign doubled so that it is no field code. Quoted only where it must be: without
 * a desktop environment `xdg-open` of xdg-utils 1.1 takes the line apart at spaces, and quotes for part of the name.
 */
function quoteArgument(argument: string): string {
  const literal = argument.replaceAll('%', '%%')
  return RESERVED.test(argument) ? `"${literal.replace(/["`$\\]/g, '\\$&')}"` : literal
}

/** Any value of type string is unescaped once more when the file is read. */
function escapeString(value: string): string {
  return value.replaceAll('\\', '\\\\')
}
