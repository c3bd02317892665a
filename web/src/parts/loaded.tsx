/** A question and its three other faces: still loading, failed, and nothing there. */
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ControlArgs, ControlOperation, ControlResult } from '../../../src/control/contract.ts';
import { ask } from '../ask.ts';

export interface Loading<T> {
  /** Undefined until there is an answer; null may be one. */
  readonly value: T | undefined;
  readonly problem: string | null;
  readonly reload: () => void;
}

/** Asks anew where the arguments change, and every `everyMs` where that is told. The old answer stays until the new one is there. */
export function useAnswer<O extends ControlOperation>(
  operation: O,
  args: ControlArgs<O>,
  everyMs = 0,
): Loading<ControlResult<O>> {
  const [state, setState] = useState<{ value: ControlResult<O> | undefined; problem: string | null }>({
    value: undefined,
    problem: null,
  });
  const [round, setRound] = useState(0);
  const question = JSON.stringify(args);
  useEffect(() => {
    let isOver = false;
    const load = () => {
      ask(operation, JSON.parse(question) as ControlArgs<O>).then(
        (value) => isOver || setState({ value, problem: null }),
        (error: unknown) =>
          isOver ||
          setState(({ value }) => ({ value, problem: error instanceof Error ? error.message : 'It failed.' })),
      );
    };
    load();
    const timer = everyMs > 0 ? setInterval(load, everyMs) : undefined;
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [operation, question, everyMs, round]);
  return { ...state, reload: useCallback(() => setRound((one) => one + 1), []) };
}

interface LoadedProps<T> {
  readonly of: Loading<T>;
  readonly children: (value: T) => ComponentChildren;
}

export function Loaded<T>({ of, children }: LoadedProps<T>) {
  if (of.value !== undefined)
    return (
      <>
        {of.problem !== null && <Problem text={`This may be old: ${of.problem}`} retry={of.reload} />}
        {children(of.value)}
      </>
    );
  if (of.problem !== null) return <Problem text={of.problem} retry={of.reload} />;
  return (
    <div class="loading" role="status" aria-live="polite">
      Loading …
    </div>
  );
}

export function Problem({ text, retry }: { readonly text: string; readonly retry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <span>{text}</span>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  );
}
