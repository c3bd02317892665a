/** The keys of callers: made, shown once, revoked. */
import { useState } from 'preact/hooks';
import type { ConnectedToolSummary, KeySummary } from '../../../src/control/contract.ts';
import { ask } from '../ask.ts';
import { dateTime } from '../format.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Loaded, Problem, useAnswer } from '../parts/loaded.tsx';

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
        <Loaded of={answer}>{({ keys }) => <Table keys={keys} onChange={answer.reload} />}</Loaded>
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

function Table({ keys, onChange }: { readonly keys: readonly KeySummary[]; readonly onChange: () => void }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Label</th>
            <th>State</th>
            <th>Account</th>
            <th>Project</th>
            <th>Models</th>
            <th>Made</th>
            <th>Ends</th>
            <th>Last used</th>
            <th>
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <td>{key.label}</td>
              <td>
                <span class={`tag ${tones[key.state]}`}>{key.state}</span>
              </td>
              <td>{key.accountName}</td>
              <td>{key.project ?? '–'}</td>
              <td>{key.models?.join(' ') ?? 'all'}</td>
              <td>{dateTime(key.createdAt)}</td>
              <td>{key.expiresAt === null ? 'never' : dateTime(key.expiresAt)}</td>
              <td>{dateTime(key.lastUsedAt)}</td>
              <td>
                {key.state === 'valid' && key.id !== 'default' && (
                  <Confirm
                    label="Revoke"
                    question={`Revoke "${key.label}" at once?`}
                    act={() => ask('revokeKey', { id: key.id })}
                    onDone={onChange}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Tool</th>
            <th>State</th>
            <th>Key</th>
            <th>Where</th>
            <th>Changed since</th>
          </tr>
        </thead>
        <tbody>
          {tools.map(({ tool, title, projectDir, keyLabel, state, drifted }) => (
            <tr key={`${tool} ${projectDir ?? ''}`}>
              <td>{title}</td>
              <td>
                <span class={`tag ${state === 'connected' ? 'good' : 'warn'}`}>{state}</span>
              </td>
              <td>{keyLabel ?? '–'}</td>
              <td>{projectDir ?? 'everywhere'}</td>
              <td>{drifted.length === 0 ? '–' : drifted.join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
