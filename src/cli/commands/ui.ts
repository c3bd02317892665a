/** `crossfeed ui`: opens the dashboard of the running proxy. */
import { askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { hasBrowser, openBrowser } from '../open-browser.ts';
import { writeJson } from '../table.ts';

interface UiOptions {
  readonly browser: boolean;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--no-browser', 'print the link and open nothing')
    .option('--json', 'print {"url"} as JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed ui', 'what happens, what it costs, who asks: in your browser'],
        ['crossfeed ui --no-browser', 'a link that works once, within ten minutes'],
      ]),
    )
    .action((options: UiOptions) => run(ui(context, options)));
};

async function ui(context: CliContext, { browser, json }: UiOptions): Promise<void> {
  const { url } = await askProxy(context, 'dashboardLink', {});
  if (url === null) throw new CliError(exitCode.failure, 'This proxy serves no dashboard (server.dashboard is off).');
  if (json) return writeJson(context, { url });
  const opens = browser && hasBrowser(context);
  context.stdout.write(`${url}\n`);
  context.stderr.write(
    opens ? 'Opened in your browser. The link works once.\n' : 'The link works once, within ten minutes.\n',
  );
  if (opens) openBrowser(url, context.env);
}
