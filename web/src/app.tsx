/** The frame around the views: where they are, whether the proxy answers, and the way out. */
import { useEffect, useRef } from 'preact/hooks';
import { signedOut, signOut } from './ask.ts';
import { connection, live } from './live.ts';
import { linkTo, route, views, type ViewName } from './route.ts';
import { Approvals } from './views/approvals.tsx';
import { Cost } from './views/cost.tsx';
import { Exchanges } from './views/exchanges.tsx';
import { Keys } from './views/keys.tsx';
import { Models } from './views/models.tsx';
import { Now } from './views/now.tsx';
import { Sessions } from './views/sessions.tsx';
import { Settings } from './views/settings.tsx';

const titles: Readonly<Record<ViewName, string>> = {
  now: 'Now',
  cost: 'Cost',
  sessions: 'Sessions',
  exchanges: 'Exchanges',
  models: 'Models',
  approvals: 'Approvals',
  keys: 'Keys',
  settings: 'Settings',
};

const components: Readonly<Record<ViewName, (props: { readonly id: string }) => preact.JSX.Element>> = {
  now: Now,
  cost: Cost,
  sessions: Sessions,
  exchanges: Exchanges,
  models: Models,
  approvals: Approvals,
  keys: Keys,
  settings: Settings,
};

export function App() {
  const { view, id } = route.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    const link = document.querySelector<HTMLElement>('nav [aria-current]');
    // On a narrow screen the views stand in a row that is longer than it. `scrollIntoView` would let Tab begin there.
    if (link?.parentElement) link.parentElement.scrollLeft = link.offsetLeft - link.parentElement.clientWidth / 2;
    document.title = `${titles[view]} · Crossfeed`;
    // A screen reader hears of the new view; the first one is the page itself.
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [view]);
  if (signedOut.value) return <SignedOut />;
  const View = components[view];
  const waiting = live.value?.approvals ?? 0;
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), heading.current?.focus())}>
        To the content
      </a>
      <header>
        <a class="brand" href={linkTo('now')}>
          <img src="/ui/icon.svg" alt="" width="24" height="24" /> Crossfeed
        </a>
        <nav aria-label="Views">
          {views.map((name) => (
            <a key={name} href={linkTo(name)} aria-current={name === view ? 'page' : undefined}>
              {titles[name]}
              {name === 'approvals' && waiting > 0 && <span class="badge">{waiting}</span>}
            </a>
          ))}
        </nav>
        <div class="standing">
          <Connection />
          <button type="button" class="quiet" onClick={() => void signOut().catch(() => (connection.value = 'lost'))}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main">
        <h1 ref={heading} tabIndex={-1}>
          {titles[view]}
        </h1>
        <View id={id} />
      </main>
    </div>
  );
}

const connectionWords = { connecting: 'Connecting …', open: 'Live', lost: 'The proxy does not answer' } as const;

function Connection() {
  const state = connection.value;
  return (
    <span class={`connection ${state}`} role="status">
      {connectionWords[state]}
    </span>
  );
}

function SignedOut() {
  return (
    <main class="signed-out">
      <h1>You are signed out</h1>
      <p>
        Type <code>crossfeed ui</code> in a terminal: it opens the dashboard with a link that works once.
      </p>
    </main>
  );
}
