/** The settings in force and who set each, and what was learned from refusals. */
import { useState } from 'preact/hooks';
import { ask } from '../ask.ts';
import { dateTime } from '../format.ts';
import { live } from '../live.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Loaded, useAnswer } from '../parts/loaded.tsx';

export function Settings() {
  const answer = useAnswer('settings', {});
  const status = useAnswer('status', {}, 30_000);
  const [changed, setChanged] = useState(false);
  return (
    <div class="stack">
      <section class="card">
        <h2>In force</h2>
        <label class="row">
          <input
            type="checkbox"
            checked={changed}
            onChange={({ currentTarget }) => setChanged(currentTarget.checked)}
          />
          Only what is not the default
        </label>
        <Loaded of={answer}>
          {({ settings }) => {
            const rows = changed ? settings.filter(({ source }) => source !== 'default') : settings;
            if (rows.length === 0) return <Empty title="Everything is as it comes" />;
            return (
              <div class="scroll">
                <table>
                  <thead>
                    <tr>
                      <th>Setting</th>
                      <th>Value</th>
                      <th>Set by</th>
                      <th class="wide">What it is</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map(({ path, value, source, description }) => (
                      <tr key={path}>
                        <td class="mono">{path}</td>
                        <td class="mono wide">{value}</td>
                        <td>
                          {source === 'default' ? <span class="soft">default</span> : <span class="tag">{source}</span>}
                        </td>
                        <td class="wide soft">{description}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            );
          }}
        </Loaded>
        <p class="soft">`crossfeed config set NAME VALUE` changes the file; it holds from the next start.</p>
      </section>
      <section class="card">
        <h2>Learned from refusals</h2>
        <Loaded of={status}>
          {({ learnedRules }) =>
            learnedRules.length === 0 ? (
              <Empty title="Nothing was learned">
                What a model refuses today is left out for some days, and listed here.
              </Empty>
            ) : (
              <div class="scroll">
                <table>
                  <thead>
                    <tr>
                      <th>Model</th>
                      <th>What it refused</th>
                      <th class="wide">GitHub's words</th>
                      <th>Since</th>
                      <th>
                        <span class="visually-hidden">Actions</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {learnedRules.map((rule) => (
                      <tr key={rule.id}>
                        <td>{rule.modelId}</td>
                        <td class="mono">
                          {rule.kind} {rule.path} {rule.value}
                        </td>
                        <td class="wide soft">{rule.words}</td>
                        <td>{dateTime(rule.learnedAt)}</td>
                        <td>
                          <Confirm
                            label="Forget"
                            question="Try it again next time?"
                            act={() => ask('forget', { rule: rule.id })}
                            onDone={status.reload}
                          />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Loaded>
      </section>
      <Loaded of={status}>
        {(server) => (
          <p class="soft">
            Crossfeed {server.version}, process {server.pid}, since {dateTime(server.startedAt)}, on {server.url}
            {server.configFile !== null && `, settings from ${server.configFile}`}
            {live.value?.draining && ', shutting down'}
          </p>
        )}
      </Loaded>
    </div>
  );
}
