/** What each system needs to keep the proxy running for one user: a file, and the commands around it. */
import path from 'node:path';

export interface ServicePlace {
  readonly platform: string;
  readonly homedir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program and its arguments, as the service runs them; absolute. */
  readonly command: readonly string[];
  /** `CROSSFEED_HOME`, absolute. */
  readonly home: string;
  /** Of the user, where the system has such numbers. */
  readonly uid: number;
}

export interface ServicePlan {
  /** What the system calls its services. */
  readonly kind: string;
  readonly file: string;
  readonly text: string;
  readonly encoding: 'utf8' | 'utf16le';
  readonly install: readonly SystemCommand[];
  /** Before the file goes. */
  readonly remove: readonly SystemCommand[];
  /** After it went. */
  readonly forget: readonly SystemCommand[];
  /** Ends with 0 where the service runs. */
  readonly isRunning: SystemCommand;
  /** What the owner should know of this system. */
  readonly note: string;
}

export type SystemCommand = readonly [program: string, ...args: string[]];

/** Undefined where we know no way. */
export function servicePlan(place: ServicePlace): ServicePlan | undefined {
  if (place.platform === 'linux') return systemdPlan(place);
  if (place.platform === 'darwin') return launchdPlan(place);
  if (place.platform === 'win32') return windowsPlan(place);
  return undefined;
}

function systemdPlan({ homedir, env, command, home }: ServicePlace): ServicePlan {
  const configured = env['XDG_CONFIG_HOME'];
  const base = configured !== undefined && path.isAbsolute(configured) ? configured : path.join(homedir, '.config');
  const unit = 'crossfeed.service';
  return {
    kind: 'systemd user unit',
    file: path.join(base, 'systemd', 'user', unit),
    text: `# Written by "crossfeed service install"; "crossfeed service remove" takes it away.
[Unit]
Description=Crossfeed: your GitHub Copilot seat as an API
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
ExecStart=${command.map((part) => systemdQuoted(part).replaceAll('$', '$$$$')).join(' ')}
Environment=${systemdQuoted(`CROSSFEED_HOME=${home}`)}
# The C library would keep a heap of its own for every thread.
Environment=MALLOC_ARENA_MAX=2
Restart=on-failure
RestartSec=5
# A wrong setting, a seat that is gone: starting again would not help.
RestartPreventExitStatus=2 77 78
# Running answers are waited for.
TimeoutStopSec=60
LimitNOFILE=65536
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`,
    encoding: 'utf8',
    install: [
      ['systemctl', '--user', 'daemon-reload'],
      ['systemctl', '--user', 'enable', '--now', unit],
    ],
    remove: [['systemctl', '--user', 'disable', '--now', unit]],
    forget: [['systemctl', '--user', 'daemon-reload']],
    isRunning: ['systemctl', '--user', 'is-active', '--quiet', unit],
    note: 'It starts when you log in; `loginctl enable-linger` lets it run without you. Its log: journalctl --user -u crossfeed',
  };
}

/** `%` is systemd's own, in quotes too; `$` in a command alone. */
function systemdQuoted(part: string): string {
  const escaped = part
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('%', '%%');
  return `"${escaped}"`;
}

function launchdPlan({ homedir, command, home, uid }: ServicePlace): ServicePlan {
  const label = 'dev.crossfeed.proxy';
  const file = path.join(homedir, 'Library', 'LaunchAgents', `${label}.plist`);
  const domain = `gui/${uid}`;
  return {
    kind: 'launchd agent',
    file,
    text: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${label}</string>
  <key>ProgramArguments</key>
  <array>
${command.map((part) => `    <string>${xmlText(part)}</string>`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict><key>CROSSFEED_HOME</key><string>${xmlText(home)}</string></dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key>
  <dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>ExitTimeOut</key><integer>60</integer>
  <key>Umask</key><integer>63</integer>
  <key>StandardErrorPath</key><string>${xmlText(path.join(home, 'logs', 'service.log'))}</string>
</dict>
</plist>
`,
    encoding: 'utf8',
    install: [['launchctl', 'bootstrap', domain, file]],
    remove: [['launchctl', 'bootout', `${domain}/${label}`]],
    forget: [],
    isRunning: ['launchctl', 'print', `${domain}/${label}`],
    note: 'It starts when you log in. This was written from the documentation of launchd and not run by us.',
  };
}

function windowsPlan({ command: [program = '', ...args], home }: ServicePlace): ServicePlan {
  const task = 'Crossfeed';
  const file = path.win32.join(home, 'service.xml');
  const line = args.map((part) => windowsQuoted(part)).join(' ');
  return {
    kind: 'scheduled task',
    file,
    text: `\uFEFF<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>
  </Settings>
  <Actions>
    <Exec><Command>${xmlText(program)}</Command><Arguments>${xmlText(line)}</Arguments></Exec>
  </Actions>
</Task>
`,
    encoding: 'utf16le',
    install: [
      ['schtasks', '/Create', '/F', '/TN', task, '/XML', file],
      ['schtasks', '/Run', '/TN', task],
    ],
    remove: [
      ['schtasks', '/End', '/TN', task],
      ['schtasks', '/Delete', '/F', '/TN', task],
    ],
    forget: [],
    isRunning: ['schtasks', '/Query', '/TN', task],
    note: 'It starts when you log in, with the folder of CROSSFEED_HOME only if that is set for your user. This was written from the documentation of Windows and not run by us.',
  };
}

function windowsQuoted(part: string): string {
  return /[\s"]/.test(part) ? `"${part.replaceAll('"', String.raw`\"`)}"` : part;
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
