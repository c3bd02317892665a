/** Calls that wait for their owner's word. */
import { useState } from 'preact/hooks';
import type { ApprovalAnswer, WaitingCall } from '../../../src/canonical/approval.ts';
import { ask } from '../ask.ts';
import { credits, duration } from '../format.ts';
import { live } from '../live.ts';
import { Empty, Loaded, Problem, useAnswer } from '../parts/loaded.tsx';
import { linkTo } from '../route.ts';

export function Approvals() {
  const answer = useAnswer('approvals', {}, 1_000);
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <>
      {problem !== null && <Problem text={problem} />}
      <Loaded of={answer}>
        {(waiting) =>
          waiting.length === 0 ? (
            <Empty title="Nothing waits for your word">
              `crossfeed start --manual`, or a budget that asks, makes calls wait here.
            </Empty>
          ) : (
            <div class="stack">
              {waiting.map((call) => (
                <Waiting
                  key={call.id}
                  call={call}
                  onAnswer={(failure) => {
                    setProblem(failure);
                    answer.reload();
                  }}
                />
              ))}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

interface WaitingProps {
  readonly call: WaitingCall;
  /** With what went wrong, which may outlast the call's place in the list. */
  readonly onAnswer: (problem: string | null) => void;
}

function Waiting({ call, onAnswer }: WaitingProps) {
  const now = live.value?.now ?? call.since;
  const say = (word: ApprovalAnswer) =>
    void ask('answerApproval', { id: call.id, answer: word }).then(
      ({ answered }) =>
        onAnswer(answered ? null : 'That call waits no longer: somebody else was faster, or its time was up.'),
      (thrown: unknown) =>
        onAnswer(`Your word was not heard: ${thrown instanceof Error ? thrown.message : 'it failed.'}`),
    );
  return (
    <section class="card highlight" aria-label={`Call ${call.id}`}>
      <h2 class="row spread">
        <span>
          {call.model} <span class="soft">for {call.keyLabel}</span>
        </span>
        <span class="soft">denied in {duration(Math.max(0, call.until - now))}</span>
      </h2>
      <dl class="facts">
        <dt>Expected</dt>
        <dd>
          {credits(call.nanoAiu)} credits, at most {credits(call.mostNanoAiu)}
        </dd>
        <dt>Session</dt>
        <dd>
          <a class="mono" href={linkTo('sessions', call.session)}>
            {call.session}
          </a>
        </dd>
        {call.project !== null && (
          <>
            <dt>Project</dt>
            <dd>{call.project}</dd>
          </>
        )}
        {call.kind !== null && (
          <>
            <dt>Declared as</dt>
            <dd>{call.kind}</dd>
          </>
        )}
        <dt>Why it is asked</dt>
        <dd>{call.reasons.join('; ')}</dd>
        <dt>Edits</dt>
        <dd>{call.edits.length === 0 ? 'none' : call.edits.join(', ')}</dd>
      </dl>
      <p class="row">
        <button type="button" class="primary" onClick={() => say('allow')}>
          Allow
        </button>
        <button type="button" onClick={() => say('session')}>
          Allow this session
        </button>
        <button type="button" class="danger" onClick={() => say('deny')}>
          Deny
        </button>
      </p>
    </section>
  );
}
