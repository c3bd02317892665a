/** A button that asks once more before it does what cannot be undone. */
import { useState } from 'preact/hooks';
import { Problem } from './loaded.tsx';

interface ConfirmProps {
  readonly label: string;
  readonly question: string;
  readonly act: () => Promise<unknown>;
  /** After it was done. */
  readonly onDone?: () => void;
}

export function Confirm({ label, question, act, onDone }: ConfirmProps) {
  const [state, setState] = useState<'idle' | 'asking' | 'acting'>('idle');
  const [problem, setProblem] = useState<string | null>(null);

  async function doIt() {
    setState('acting');
    try {
      await act();
      setProblem(null);
      onDone?.();
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : 'It failed.');
    }
    setState('idle');
  }

  if (problem !== null) return <Problem text={problem} retry={() => setProblem(null)} />;
  if (state === 'idle')
    return (
      <button type="button" class="danger" onClick={() => setState('asking')}>
        {label}
      </button>
    );
  return (
    <span class="row" role="group" aria-label={question}>
      <span class="soft">{question}</span>
      <button type="button" class="danger" disabled={state === 'acting'} onClick={() => void doIt()}>
        {label}
      </button>
      <button type="button" disabled={state === 'acting'} onClick={() => setState('idle')}>
        Keep
      </button>
    </span>
  );
}
