/** What cost credits without anybody asking for it: compactions, sub-agents, cache breaks, the dearer tier. */
import { counted, credits } from '../format.ts';
import { Loaded, useAnswer } from '../parts/loaded.tsx';

const leakWords = {
  compaction: 'Compactions',
  subAgents: 'Sub-agents and other calls that agents began',
  cacheBreaks: 'Cache breaks: prompts paid anew because a block changed',
  longTier: "Calls in a model's dearer price tier",
} as const;

export function Leaks({ sinceMs }: { readonly sinceMs: number }) {
  const answer = useAnswer('spendCauses', { sinceMs }, 60_000);
  return (
    <section class="card">
      <h2>Where it went unseen</h2>
      <Loaded of={answer}>
        {(causes) => (
          <table>
            <tbody>
              {Object.entries(leakWords).map(([cause, words]) => {
                const { calls, nanoAiu } = causes[cause as keyof typeof leakWords];
                return (
                  <tr key={cause}>
                    <td class="wide">{words}</td>
                    <td class="number">{counted(calls, 'call')}</td>
                    <td class="number">{credits(nanoAiu)} credits</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </Loaded>
    </section>
  );
}
