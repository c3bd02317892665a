/** The owner's budgets: how far they are, and how they are changed. */
import { useState } from 'preact/hooks';
import type { Budget, BudgetOf, BudgetPer, BudgetState } from '../../../src/canonical/budget.ts';
import type { KeySummary } from '../../../src/control/contract.ts';
import { ask } from '../ask.ts';
import { credits, dateTime } from '../format.ts';
import { Bar } from '../parts/bar.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Loaded, Problem, useAnswer } from '../parts/loaded.tsx';

const periods: readonly BudgetPer[] = ['request', 'session', 'day', 'month', 'ever'];
const modes = { hard: 'refuse', ask: 'ask me', soft: 'warn' } as const;

export function Budgets() {
  const answer = useAnswer('budgets', {}, 5_000);
  const keys = useAnswer('keys', {});
  return (
    <section class="card">
      <h2>Budgets</h2>
      <Loaded of={answer}>
        {(states) =>
          states.length === 0 ? (
            <Empty title="No budget is set">Without one a runaway agent spends until GitHub stops it.</Empty>
          ) : (
            <ul class="budgets">
              {states.map((state) => (
                <One
                  key={state.budget.id}
                  state={state}
                  label={labelOf(state.budget.of, keys.value?.keys)}
                  onChange={answer.reload}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      <NewBudget keys={keys.value?.keys ?? []} onMade={answer.reload} />
    </section>
  );
}

function labelOf(of: BudgetOf, keys: readonly KeySummary[] | undefined): string {
  if (of.kind === 'all') return 'everybody';
  if (of.kind === 'project') return `project ${of.project}`;
  return `key ${keys?.find(({ id }) => id === of.keyId)?.label ?? of.keyId}`;
}

interface OneProps {
  readonly state: BudgetState;
  readonly label: string;
  readonly onChange: () => void;
}

function One({ state, label, onChange }: OneProps) {
  const { budget, spentNanoAiu, reservedNanoAiu, beginsAnewAt } = state;
  const used = spentNanoAiu === null ? 0 : (spentNanoAiu + reservedNanoAiu) / budget.nanoAiu;
  const countsByCall = budget.per === 'request' || budget.per === 'session';
  return (
    <li>
      <div class="row spread">
        <span>
          <strong>{credits(budget.nanoAiu)}</strong> {budget.per === 'ever' ? 'in all' : `per ${budget.per}`} for{' '}
          {label} <span class="tag">{modes[budget.mode]}</span>{' '}
          {budget.source === 'settings' && <span class="tag">from the settings</span>}
        </span>
        {budget.source === 'command' && <Change budget={budget} onChange={onChange} />}
      </div>
      {!countsByCall && (
        <>
          <Bar share={used} label={`Used of the budget ${budget.id}`} />
          <span class="soft">
            {spentNanoAiu === null
              ? 'not known what is spent: the ledger cannot be read'
              : `${credits(spentNanoAiu)} spent`}
            {reservedNanoAiu > 0 && `, ${credits(reservedNanoAiu)} held by calls under way`}
            {beginsAnewAt !== null && `, begins anew ${dateTime(beginsAnewAt)}`}
          </span>
        </>
      )}
    </li>
  );
}

function Change({ budget, onChange }: { readonly budget: Budget; readonly onChange: () => void }) {
  const { of, per, mode } = budget;
  const set = (nanoAiu: number | null) => ask('changeBudget', { of, per, mode, nanoAiu });
  return (
    <span class="row">
      <button type="button" onClick={() => void set(Math.round(budget.nanoAiu * 1.25)).then(onChange)}>
        Raise by a quarter
      </button>
      <Confirm label="Remove" question="Spend without it?" act={() => set(null)} onDone={onChange} />
    </span>
  );
}

function NewBudget({ keys, onMade }: { readonly keys: readonly KeySummary[]; readonly onMade: () => void }) {
  const [amount, setAmount] = useState('');
  const [per, setPer] = useState<BudgetPer>('month');
  const [mode, setMode] = useState<Budget['mode']>('hard');
  const [of, setOf] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  async function make() {
    try {
      await ask('changeBudget', {
        of: of === '' ? { kind: 'all' } : { kind: 'key', keyId: of },
        per,
        mode,
        nanoAiu: Math.round(Number(amount) * 1e9),
      });
      setAmount('');
      setProblem(null);
      onMade();
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : 'The budget could not be set.');
    }
  }

  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      {problem !== null && <Problem text={problem} />}
      <label class="row">
        <span class="soft">Credits</span>
        <input
          required
          type="number"
          min="0.01"
          step="any"
          style={{ width: '7rem' }}
          value={amount}
          onInput={({ currentTarget }) => setAmount(currentTarget.value)}
        />
      </label>
      <Select label="per" value={per} options={periods} onChange={(value) => setPer(value as BudgetPer)} />
      <label class="row">
        <span class="soft">for</span>
        <select value={of} onChange={({ currentTarget }) => setOf(currentTarget.value)}>
          <option value="">everybody</option>
          {keys
            .filter(({ state }) => state === 'valid')
            .map(({ id, label }) => (
              <option key={id} value={id}>
                key {label}
              </option>
            ))}
        </select>
      </label>
      <label class="row">
        <span class="soft">beyond it</span>
        <select value={mode} onChange={({ currentTarget }) => setMode(currentTarget.value as Budget['mode'])}>
          {Object.entries(modes).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="primary">
        Set the budget
      </button>
    </form>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
}

function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <label class="row">
      <span class="soft">{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
