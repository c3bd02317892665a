/** Beside the models: what names mean, terms to accept, and what the other road would add. */
import { useState } from 'preact/hooks';
import { ask } from '../ask.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Loaded, Problem, useAnswer } from '../parts/loaded.tsx';
import { Table } from '../parts/table.tsx';

export function Aliases() {
  const answer = useAnswer('aliases', {});
  return (
    <section class="card">
      <h2>Names and what they mean</h2>
      <Loaded of={answer}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="soft">No alias holds; `models.aliases` makes some.</p>
          ) : (
            <Table
              label="Aliases"
              rows={rows}
              keyOf={({ from, name }) => `${from} ${name}`}
              columns={[
                { title: 'Alias', class: 'mono', cell: ({ name }) => name },
                { title: 'For', class: 'mono', cell: ({ target }) => target },
                {
                  title: 'Means now',
                  class: 'wide',
                  cell: ({ means }) => means.join(', ') || <span class="soft">nothing of this seat</span>,
                },
                { title: 'From', class: 'soft wide', cell: ({ from }) => from },
              ]}
            />
          )
        }
      </Loaded>
    </section>
  );
}

/** GitHub is asked only when somebody wants to know. */
export function OtherRoad() {
  const [models, setModels] = useState<readonly string[] | null>();
  const [problem, setProblem] = useState<string | null>(null);
  const look = () => {
    setProblem(null);
    ask('otherRoadModels', {}).then(
      (answer) => setModels(answer.models),
      (thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : 'It failed.'),
    );
  };
  const isKnown = models !== undefined && models !== null;
  return (
    <section class="card stack">
      <h2>The other road</h2>
      <p class="soft">
        GitHub lists models for the token itself, and others for the one that it is exchanged for. One of the two roads
        is used.
      </p>
      {problem !== null && <Problem text={problem} retry={look} />}
      {models === undefined && problem === null && (
        <div>
          <button type="button" onClick={look}>
            Ask GitHub what the other one would add
          </button>
        </div>
      )}
      {models === null && <p>GitHub does not take this token there.</p>}
      {isKnown && <p>{models.length === 0 ? 'Nothing.' : models.join(', ')}</p>}
    </section>
  );
}

/** Shows the terms first: to accept them is an act of the owner's. */
export function Terms({ model, onDone }: { readonly model: string; readonly onDone: () => void }) {
  const [terms, setTerms] = useState<string | null>();
  const [problem, setProblem] = useState<string | null>(null);
  const show = () => {
    setProblem(null);
    ask('modelTerms', { model }).then(
      (answer) => setTerms(answer.terms),
      (thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : 'It failed.'),
    );
  };
  if (problem !== null) return <Problem text={problem} retry={show} />;
  if (terms === undefined)
    return (
      <button type="button" onClick={show}>
        Show the terms
      </button>
    );
  return (
    <div class="stack">
      <p>{terms?.trim() || 'GitHub shows no terms for this model.'}</p>
      <Confirm
        label="Accept terms"
        question={`Accept the terms of ${model} in your name?`}
        act={() => ask('enableModel', { model })}
        onDone={onDone}
      />
    </div>
  );
}
