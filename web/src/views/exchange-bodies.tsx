/** The bodies of a captured exchange, folded and pretty-printed, and where what went up differs from what the client sent. */
import { useState } from 'preact/hooks';
import type { Capture, CapturedText } from '../../../src/canonical/capture.ts';
import { jsonDifferences } from '../../../src/canonical/json-difference.ts';
import { parseJson } from '../../../src/canonical/json-value.ts';
import { bytes } from '../format.ts';
import { Loaded, useAnswer } from '../parts/loaded.tsx';

const shownDifferences = 40;
/** A browser stands still over more of it. */
const shownCharacters = 60_000;
const shownValue = 400;

export function ExchangeBodies({ id }: { readonly id: string }) {
  const answer = useAnswer('captured', { id });
  return (
    <section class="card stack">
      <h2>Bodies</h2>
      <Loaded of={answer}>{(capture) => (capture === null ? <NotCaptured /> : <Captured capture={capture} />)}</Loaded>
    </section>
  );
}

function NotCaptured() {
  return (
    <p class="soft">
      Only shapes and sizes: capture is off, or was when this call was made.{' '}
      <code>crossfeed keys add debug --capture</code> makes a key whose prompts and answers are kept;{' '}
      <code>crossfeed config set capture.enabled true</code> keeps those of all keys, from the next start on.
    </p>
  );
}

function Captured({ capture: { request, sent, received, answer } }: { readonly capture: Capture }) {
  const isUntouched = sent !== null && sent.text === request.text && sent.bytes === request.bytes;
  return (
    <>
      {sent !== null && !isUntouched && <Difference client={request} upstream={sent} />}
      <Body title="What the client sent" of={request} />
      {sent === null ? (
        <p class="soft">Nothing went up.</p>
      ) : isUntouched ? (
        <p class="soft">What went up is the same, byte by byte.</p>
      ) : (
        <Body title="What went up" of={sent} />
      )}
      {received !== null && received.text !== answer.text && <Body title="What came back" of={received} />}
      <Body title="What the client got" of={answer} />
    </>
  );
}

function Body({ title, of: { text, bytes: size, isCut } }: { readonly title: string; readonly of: CapturedText }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {title}{' '}
        <span class="soft">
          {bytes(size)}
          {isCut && ', of which the beginning was kept'}
        </span>
      </summary>
      {isOpen && <pre tabIndex={0}>{bounded(pretty(text), shownCharacters)}</pre>}
    </details>
  );
}

/** JSON by lines; a stream as it came. */
function pretty(text: string): string {
  const value = parseJson(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}

function bounded(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text.slice(0, most)}\n… and ${(text.length - most).toLocaleString()} characters more`;
}

function Difference({ client, upstream }: { readonly client: CapturedText; readonly upstream: CapturedText }) {
  const [before, after] = [parseJson(client.text), parseJson(upstream.text)];
  if (before === undefined || after === undefined)
    return <p class="soft">One of the two was cut or is no JSON: there is no comparison.</p>;
  const found = jsonDifferences(before, after, shownDifferences + 1);
  if (found.length === 0) return <p class="soft">What went up says the same in other bytes.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Client body and upstream body, side by side">
      <table class="difference">
        <thead>
          <tr>
            <th>Member</th>
            <th>The client sent</th>
            <th>Went up</th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, shownDifferences).map(({ path, before: one, after: other }) => (
            <tr key={path}>
              <td class="mono">{path || 'all of it'}</td>
              <td>{one === undefined ? <Nothing /> : <del>{shown(one)}</del>}</td>
              <td>{other === undefined ? <Nothing /> : <ins>{shown(other)}</ins>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > shownDifferences && <p class="soft">The first {shownDifferences} members that differ.</p>}
    </div>
  );
}

const Nothing = () => <span class="soft">nothing</span>;
const shown = (value: unknown): string => bounded(JSON.stringify(value), shownValue);
