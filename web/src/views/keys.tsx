/** The keys of callers: made, shown once, revoked. */
import { useState } from 'preact/hooks';
import type { ConnectedToolSummary, KeySummary } from '../../../src/control/contract.ts';
import { ask } from '../ask.ts';
import { dateTime } from '../format.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Loaded, Problem, useAnswer } from '../parts/loaded.tsx';
import { Table } from '../parts/table.tsx';

export function Keys() {
  const answer = useAnswer('keys', {}, 30_000);
  const tools = useAnswer('connectedTools', {}, 30_000);
  const [made, setMade] = useState<{ readonly key: string; readonly label: string } | null>(null);
  return (
    <div class="stack">
      {made && <NewKey made={made} onClose={() => setMade(null)} />}
      <NewKeyForm
        onMade={(key) => {
          setMade(key);
          answer.reload();
        }}
      />
      <section class="card">
        <h2>Keys</h2>
        <Loaded of={answer}>{({ keys }) => <KeyTable keys={keys} onChange={answer.reload} />}</Loaded>
      </section>
      <section class="card">
        <h2>Connected tools</h2>
        <Loaded of={tools}>{(found) => <Tools tools={found.tools} />}</Loaded>
      </section>
    </div>
  );
}

function NewKey({ made, onClose }: { readonly made: { key: string; label: string }; readonly onClose: () => void }) {
  return (
    <section class="card highlight" aria-label="The new key">
      <h2>The key "{made.label}"</h2>
      <p>This is the only time it is shown. Copy it now.</p>
      <p class="row">
        <code class="secret">{made.key}</code>
        <button type="button" onClick={() => void navigator.clipboard.writeText(made.key)}>
          Copy
        </button>
        <button type="button" onClick={onClose}>
          Done
        </button>
      </p>
    </section>
  );
}

function NewKeyForm({ onMade }: { readonly onMade: (made: { key: string; label: string }) => void }) {
  const [label, setLabel] = useState('');
  const [project, setProject] = useState('');
  const [days, setDays] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function make() {
    setBusy(true);
    try {
      const { key } = await ask('addKey', {
        label: label.trim(),
        project: project.trim() === '' ? undefined : project.trim(),
        days: days === '' ? undefined : Number(days),
      });
      onMade({ key, label: label.trim() });
      setLabel('');
      setProject('');
      setDays('');
      setProblem(null);
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : 'The key could not be made.');
    }
    setBusy(false);
  }

  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <h2>A new key</h2>
      {problem !== null && <Problem text={problem} />}
      <div class="row">
        <label class="row">
          <span class="soft">Label</span>
          <input required maxLength={64} value={label} onInput={({ currentTarget }) => setLabel(currentTarget.value)} />
        </label>
        <label class="row">
          <span class="soft">Project</span>
          <input maxLength={64} value={project} onInput={({ currentTarget }) => setProject(currentTarget.value)} />
        </label>
        <label class="row">
          <span class="soft">Ends after days</span>
          <input
            type="number"
            min={1}
            max={3650}
            value={days}
            onInput={({ currentTarget }) => setDays(currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={isBusy}>
          Make the key
        </button>
      </div>
    </form>
  );
}

const tones = { valid: 'good', expired: 'warn', revoked: 'bad' } as const;

function KeyTable({ keys, onChange }: { readonly keys: readonly KeySummary[]; readonly onChange: () => void }) {
  return (
    <Table
      label="Keys"
      rows={keys}
      keyOf={(key) => key.id}
      columns={[
        { title: 'Label', cell: (key) => key.label },
        { title: 'State', cell: (key) => <span class={`tag ${tones[key.state]}`}>{key.state}</span> },
        { title: 'Account', cell: (key) => key.accountName },
        { title: 'Project', cell: (key) => key.project ?? '–' },
        {
          title: 'Models',
          cell: (key) => (key.metricsOnly ? 'none: reads /metrics' : (key.models?.join(' ') ?? 'all')),
        },
        { title: 'Made', cell: (key) => dateTime(key.createdAt) },
        { title: 'Ends', cell: (key) => (key.expiresAt === null ? 'never' : dateTime(key.expiresAt)) },
        { title: 'Last used', cell: (key) => dateTime(key.lastUsedAt) },
      ]}
      actions={(key) =>
        key.state === 'valid' &&
        key.id !== 'default' && (
          <Confirm
            label="Revoke"
            question={`Revoke "${key.label}" at once?`}
            act={() => ask('revokeKey', { id: key.id })}
            onDone={onChange}
          />
        )
      }
    />
  );
}

function Tools({ tools }: { readonly tools: readonly ConnectedToolSummary[] }) {
  if (tools.length === 0) {
    return (
      <p class="soft">
        None. <code>crossfeed connect TOOL</code> leads one here by its own settings.
      </p>
    );
  }
  return (
    <Table
      label="Connected tools"
      rows={tools}
      keyOf={({ tool, projectDir }) => `${tool} ${projectDir ?? ''}`}
      columns={[
        { title: 'Tool', cell: ({ title }) => title },
        {
          title: 'State',
          cell: ({ state }) => <span class={`tag ${state === 'connected' ? 'good' : 'warn'}`}>{state}</span>,
        },
        { title: 'Key', cell: ({ keyLabel }) => keyLabel ?? '–' },
        { title: 'Where', cell: ({ projectDir }) => projectDir ?? 'everywhere' },
        { title: 'Changed since', cell: ({ drifted }) => (drifted.length === 0 ? '–' : drifted.join(', ')) },
      ]}
    />
  );
}
