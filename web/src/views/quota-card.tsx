/** What is left of the seat, and how long it lasts. */
import type { QuotaForecast } from '../../../src/canonical/quota-forecast.ts';
import { count, dateTime } from '../format.ts';
import { live } from '../live.ts';
import { Bar } from '../parts/bar.tsx';
import { Empty } from '../parts/loaded.tsx';

export function QuotaCard() {
  const accounts = live.value?.accounts ?? [];
  const known = accounts.filter(({ quota }) => quota !== undefined);
  return (
    <section class="card" aria-label="What is left of the seat">
      {known.length === 0 ? (
        <Empty title="GitHub said nothing of a quota yet">
          It is told with the first answers, or the plan has no end.
        </Empty>
      ) : (
        known.map(
          ({ account, quota }) =>
            quota && <Quota key={account.name} of={quota} account={known.length > 1 ? account.name : null} />,
        )
      )}
    </section>
  );
}

interface QuotaProps {
  readonly of: QuotaForecast;
  /** Named where there are several. */
  readonly account: string | null;
}

function Quota({ of: forecast, account }: QuotaProps) {
  const { unit, used, entitlement, usedPercent, perDay, runsOutAt, renewedAt, overagePermitted } = forecast;
  const left = entitlement - used;
  return (
    <>
      <div class="row spread">
        <h2>
          {count(Math.round(left))} of {count(Math.round(entitlement))} {unit} left{' '}
          {account !== null && <span class="soft">{account}</span>}
        </h2>
        <span class="soft">{renewedAt === null ? '' : `renews ${dateTime(renewedAt)}`}</span>
      </div>
      <Bar share={usedPercent / 100} label={`Used of the seat's ${unit}`} />
      <p class="soft">
        {perDay === null ? 'Too little was seen to say how fast it goes.' : `About ${perDay.toFixed(1)} ${unit} a day.`}{' '}
        {runsOutAt === null ? (
          'At this pace it lasts.'
        ) : (
          <strong class="break">At this pace it is gone {dateTime(runsOutAt)}.</strong>
        )}{' '}
        {overagePermitted && 'What comes beyond is billed.'}
      </p>
    </>
  );
}
