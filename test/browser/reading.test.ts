/** For whoever reads it: by keyboard, by screen reader, in the dark, on a phone, in another time zone. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { someTraffic, useDashboard, viewNames, type ViewName } from './dashboard-stage.ts';

const stage = useDashboard();
beforeAll(() => someTraffic(stage().proxy.url));

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function settled(page: Page): Promise<void> {
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(150);
}

async function seriousFindings(page: Page): Promise<readonly string[]> {
  await settled(page);
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: readonly Finding[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** Every view, and what opens in it. */
async function places(page: Page): Promise<readonly (readonly [view: ViewName, id?: string])[]> {
  const idsOf = async (view: ViewName) => {
    await stage().goTo(page, view);
    const link = page.locator(`tbody a[href^="#/${view}/"]`).first();
    return decodeURIComponent((await link.getAttribute('href'))?.split('/')[2]?.split('?')[0] ?? '');
  };
  const session = await idsOf('sessions');
  const exchange = await idsOf('exchanges');
  return [...viewNames.map((view) => [view] as const), ['sessions', session], ['exchanges', exchange]];
}

test.each(['light', 'dark'] as const)('axe finds nothing serious in any view, %s', async (colorScheme) => {
  const page = await stage().open({ colorScheme });
  const found: string[] = [];
  for (const [view, id] of await places(page)) {
    await stage().goTo(page, view, id);
    found.push(...(await seriousFindings(page)).map((text) => `${view} ${id ?? ''}: ${text}`));
  }
  expect(found).toEqual([]);
});

test.each([
  [380, 'a phone'],
  [768, 'a tablet'],
  [1280, 'a desk'],
])('at %d px (%s) no view has to be pushed sideways', async (width) => {
  const page = await stage().open({ viewport: { width, height: 800 } });
  const wide: string[] = [];
  for (const [view, id] of await places(page)) {
    await stage().goTo(page, view, id);
    await settled(page);
    const over = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
    if (over > 0) wide.push(`${view} ${id ?? ''} by ${over} px`);
  }
  expect(wide).toEqual([]);
});

test('every view is reached, and what is in it used, by keyboard alone', async () => {
  const page = await stage().open();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toContain('To the content');
  for (const view of viewNames.slice(1)) {
    await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
    await tabTo(page, `a[href="#/${view}"]`);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`#/${view}`));
    // A screen reader is told of the new view by its heading.
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
    expect((await page.locator('h1').innerText()).toLowerCase()).toBe(view);
  }
  await stage().goTo(page, 'keys');
  await page.getByLabel('Label').waitFor();
  await tabTo(page, 'form input');
  await page.keyboard.type('by-keyboard');
  await page.keyboard.press('Enter');
  await page.getByText('This is the only time it is shown').waitFor();
  await stage().goTo(page, 'exchanges');
  await page.locator('.virtual tbody a').first().waitFor();
  await tabTo(page, '.virtual tbody a');
  await page.keyboard.press('Enter');
  await page.getByText('What the client sent').first().waitFor();
});

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} cannot be reached by Tab`);
}

test('times are those of whoever looks', async () => {
  const times: string[] = [];
  for (const timezoneId of ['UTC', 'Asia/Kathmandu']) {
    const page = await stage().open({ view: 'exchanges', timezoneId });
    times.push(await page.locator('.virtual tbody a').last().innerText());
  }
  const minutes = times.map((text) => {
    const [, hour = '', minute = ''] = /(\d\d):(\d\d)/.exec(text) ?? [];
    return Number(hour) * 60 + Number(minute);
  });
  const [utc = 0, kathmandu = 0] = minutes;
  expect((kathmandu - utc + 24 * 60) % (24 * 60)).toBe(5 * 60 + 45);
});
