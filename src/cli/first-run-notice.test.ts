/** The notice of the first run: five lines, once. */
import { expect, test } from 'vitest';
import { firstRunLines, takeFirstRunNotice } from './first-run-notice.ts';

test('the risk in five lines', () => {
  expect(firstRunLines).toMatchInlineSnapshot(`
    [
      "Crossfeed is not made or endorsed by GitHub. It spends the Copilot seat of the account you sign in with.",
      "GitHub's terms for Copilot hold for what your tools do with it; GitHub can refuse or change this any day.",
      "GitHub warns and suspends accounts for bulk or unusual automated use. What is too much is not published.",
      "Crossfeed therefore paces itself, tells GitHub truthfully who began a turn, and stops when GitHub says stop.",
      "Use one seat, your own; keep your key to yourself; watch \`crossfeed usage\`. This is said once.",
    ]
  `);
});

test('it is told once, and when is remembered', () => {
  const facts = new Map<string, string>();
  const store = {
    get: (key: string) => facts.get(key),
    set: (key: string, value: string) => void facts.set(key, value),
  };
  expect(takeFirstRunNotice(store, 0)).toBe(firstRunLines);
  expect(takeFirstRunNotice(store, 1)).toBeNull();
  expect([...facts]).toEqual([['notice.first-run', '1970-01-01T00:00:00.000Z']]);
});
