/** What a program that we start may see of our environment: what it needs to run, and no secret of ours. */

/** In upper case: Windows does not tell them apart. A list of what passes: tomorrow's secret has a name nobody knows. */
const passed = new Set([
  'APPDATA',
  'COMSPEC',
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'GH_CONFIG_DIR',
  'HOME',
  'HOMEDRIVE',
  'HOMEPATH',
  'LANG',
  'LOCALAPPDATA',
  'LOGNAME',
  'PATH',
  'PATHEXT',
  'PROGRAMDATA',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'TMPDIR',
  'USER',
  'USERNAME',
  'USERPROFILE',
  'WAYLAND_DISPLAY',
  'WINDIR',
  'WSL_DISTRO_NAME',
  'WSL_INTEROP',
  'XAUTHORITY',
]);

export function childEnvironment(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const upper = name.toUpperCase();
    if (value !== undefined && (passed.has(upper) || upper.startsWith('XDG_') || upper.startsWith('LC_')))
      kept[name] = value;
  }
  return kept;
}
