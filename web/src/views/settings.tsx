/** The settings in force and who set each, and what was learned from refusals. */
import { useState } from 'preact/hooks';
import { ask } from '../ask.ts';
import { dateTime } from '../format.ts';
import { live } from '../live.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Loaded, useAnswer } from '../parts/loaded.tsx';
import { Table } from '../parts/table.tsx';

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
              <Table
                label="Settings in force"
                rows={rows}
                keyOf={({ path }) => path}
                columns={[
                  { title: 'Setting', class: 'mono', cell: ({ path }) => path },
                  { title: 'Value', class: 'mono wide', cell: ({ value }) => value },
                  {
                    title: 'Set by',
                    cell: ({ source }) =>
                      source === 'default' ? <span class="soft">default</span> : <span class="tag">{source}</span>,
                  },
                  { title: 'What it is', class: 'wide soft', cell: ({ description }) => description },
                ]}
              />
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
              <Table
                label="Learned from refusals"
                rows={learnedRules}
                keyOf={({ id }) => id}
                columns={[
                  { title: 'Model', cell: ({ modelId }) => modelId },
                  {
                    title: 'What it refused',
                    class: 'mono',
                    cell: ({ kind, path, value }) => `${kind} ${path} ${value}`,
                  },
                  { title: "GitHub's words", class: 'wide soft', cell: ({ words }) => words },
                  { title: 'Since', cell: ({ learnedAt }) => dateTime(learnedAt) },
                ]}
                actions={({ id }) => (
                  <Confirm
                    label="Forget"
                    question="Try it again next time?"
                    act={() => ask('forget', { rule: id })}
                    onDone={status.reload}
                  />
                )}
              />
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
