/** What budgets let through, what they hold, and what they say. */
import { describe, expect, test } from 'vitest';
import { credit, refusalOf, sampleBudget, sampleCall, spendRig, warningsOf } from '../../test/support/spend-rig.ts';

const at = (text: string) => new Date(text).getTime();

describe('a hard budget', () => {
  test('refuses what would exceed it, and says what was spent, of what, since when and what lets it through', () => {
    const { desk, ledger } = spendRig([sampleBudget()], { startMs: at('2026-11-22T12:00') });
    ledger.nanoAiu = 8.5 * credit;
    expect(refusalOf(desk.admit(sampleCall({ exchangeId: 'a' })))).toBeUndefined();
    expect(refusalOf(desk.admit(sampleCall({ exchangeId: 'b', credits: 2.5 })))).toBe(
      'insufficient_quota: Budget "month": 8.5 of 10 credits spent since 2026-11-01 00:00, 1 held by calls under way, ' +
        'and this call takes about 2.5. It begins anew on 2026-12-01 00:00. To go on: `crossfeed budget raise month 3`',
    );
  });

  test('of a hundred calls at once under a cap for three, three go up', () => {
    const { desk, reserved } = spendRig([sampleBudget({ nanoAiu: 3 * credit })]);
    const calls = Array.from({ length: 100 }, (_, index) => sampleCall({ exchangeId: `x${index}` }));
    const verdicts = calls.map((call) => refusalOf(desk.admit(call)));
    expect(verdicts.filter((refusal) => refusal === undefined)).toHaveLength(3);
    expect(reserved.map(({ exchangeId, nanoAiu }) => [exchangeId, nanoAiu])).toEqual([
      ['x0', credit],
      ['x1', credit],
      ['x2', credit],
    ]);
  });

  test('what a call held is free at its end, and its cost counts', () => {
    const rig = spendRig([sampleBudget({ nanoAiu: 3 * credit })]);
    const first = sampleCall({ exchangeId: 'a', credits: 3 });
    void rig.desk.admit(first);
    expect(rig.desk.states()[0]).toMatchObject({ spentNanoAiu: 0, reservedNanoAiu: 3 * credit });
    rig.settle(first, 0.5);
    expect(rig.desk.states()[0]).toMatchObject({ spentNanoAiu: 0.5 * credit, reservedNanoAiu: 0 });
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'b', credits: 2.5 })))).toBeUndefined();
    // The ledger is read once; afterwards the desk knows by itself.
    expect(rig.ledger.asked).toBe(1);
  });

  test('a call that ended counts on the budgets of its own key, and of those by request on none', () => {
    const budgets = [
      sampleBudget({ id: 'other', of: { kind: 'key', keyId: 'k-other' } }),
      sampleBudget({ id: 'request', per: 'request' }),
      sampleBudget(),
    ];
    const rig = spendRig(budgets);
    // Looked at before: only what is being counted grows.
    expect(rig.desk.states().map(({ spentNanoAiu }) => spentNanoAiu)).toEqual([0, 0, 0]);
    const call = sampleCall();
    void rig.desk.admit(call);
    rig.settle(call, 2);
    expect(rig.desk.states().map(({ spentNanoAiu }) => spentNanoAiu)).toEqual([0, 0, 2 * credit]);
  });

  test('of a call whose cost nobody knows, what was expected counts', () => {
    const rig = spendRig([sampleBudget()]);
    const call = sampleCall({ credits: 4 });
    void rig.desk.admit(call);
    rig.settle(call, null);
    expect(rig.desk.states()[0]).toMatchObject({ spentNanoAiu: 4 * credit, reservedNanoAiu: 0 });
  });

  test('what costs nothing is never refused; what has no price only once nothing is left', () => {
    const { desk, ledger } = spendRig([sampleBudget()]);
    ledger.nanoAiu = 10 * credit;
    expect(refusalOf(desk.admit(sampleCall({ credits: 0 })))).toBeUndefined();
    expect(refusalOf(desk.admit(sampleCall({ credits: null })))).toMatch(/^insufficient_quota/);
    const other = spendRig([sampleBudget()]);
    expect(refusalOf(other.desk.admit(sampleCall({ credits: null })))).toBeUndefined();
  });

  test('whose ledger cannot be read lets nothing through until it can, and says so; a soft one goes on', () => {
    const rig = spendRig([sampleBudget(), sampleBudget({ id: 'soft', mode: 'soft' })]);
    rig.ledger.nanoAiu = null;
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'a' })))).toMatch(
      /^insufficient_quota: What was spent of the budget "month" is not known: the ledger cannot be read\..*doctor.*budget remove month/,
    );
    rig.ledger.nanoAiu = 9.5 * credit;
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'b' })))).toMatch(/9\.5 of 10 credits/);
    const soft = spendRig([sampleBudget({ mode: 'soft' })]);
    soft.ledger.nanoAiu = null;
    expect(refusalOf(soft.desk.admit(sampleCall()))).toBeUndefined();
  });

  test('that cannot write down what a call holds refuses it, and holds nothing', () => {
    const rig = spendRig([sampleBudget()]);
    rig.ledger.takes = 'failed';
    const verdict = rig.desk.admit(sampleCall({ credits: 3 }));
    expect(refusalOf(verdict)).toMatch(/^ledger_unwritable: The budget "month" is hard, .*`crossfeed doctor`/);
    expect(rig.desk.states()).toMatchObject([{ reservedNanoAiu: 0 }]);
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'free', credits: 0 })))).toBeUndefined();
    const soft = spendRig([sampleBudget({ mode: 'soft' })]);
    soft.ledger.takes = 'failed';
    expect(refusalOf(soft.desk.admit(sampleCall({ credits: 3 })))).toBeUndefined();
  });

  test('waits two seconds at most for a ledger that another program writes to', async () => {
    const rig = spendRig([sampleBudget()]);
    const { clock, desk, ledger } = rig;
    const left = new AbortController();
    ledger.takes = 'busy';
    const early = ['a', 'b'].map((exchangeId) => desk.admit(sampleCall({ exchangeId, credits: 1 })));
    clock.advance(1950);
    const late = desk.admit(sampleCall({ exchangeId: 'c', credits: 1 }));
    const gone = desk.admit(sampleCall({ exchangeId: 'd', credits: 1, signal: left.signal }));
    expect(desk.states()).toMatchObject([{ reservedNanoAiu: 4 * credit }]);
    clock.advance(100);
    for (const verdict of early) expect(refusalOf(await verdict)).toMatch(/^ledger_unwritable/);
    left.abort();
    ledger.takes = 'kept';
    clock.advance(100);
    expect(refusalOf(await late)).toBeUndefined();
    expect(refusalOf(await gone)).toMatch(/^ledger_unwritable/);
    expect(rig.reserved.map(({ exchangeId }) => exchangeId)).toEqual(['c']);
    expect(desk.states()).toMatchObject([{ reservedNanoAiu: credit }]);
    expect(clock.timers).toBe(0);
  });

  test('by request it looks at the call alone', () => {
    const { desk, reserved } = spendRig([sampleBudget({ id: 'request', per: 'request', nanoAiu: 2 * credit })]);
    expect(refusalOf(desk.admit(sampleCall({ credits: 2 })))).toBeUndefined();
    expect(reserved).toEqual([]);
    expect(refusalOf(desk.admit(sampleCall({ credits: 2.1 })))).toBe(
      'insufficient_quota: Budget "request" lets one call cost 2 credits, and this call takes about 2.1. ' +
        'To go on: `crossfeed budget raise request 3`',
    );
  });

  test('by request it needs no ledger, and neither does what costs nothing', () => {
    const rig = spendRig([sampleBudget({ id: 'request', per: 'request' })]);
    rig.ledger.nanoAiu = null;
    expect(refusalOf(rig.desk.admit(sampleCall()))).toBeUndefined();
    const month = spendRig([sampleBudget()]);
    month.ledger.nanoAiu = null;
    expect(refusalOf(month.desk.admit(sampleCall({ credits: 0 })))).toBeUndefined();
  });

  test.each([
    ['of all', { kind: 'all' }, '5 per month'],
    ['of a key', { kind: 'key', keyId: 'default' }, '5 per month key=default'],
    ['of a project', { kind: 'project', project: 'site' }, '5 per month project=site'],
  ] as const)('from the settings, %s, is raised in the words of the settings', (_what, of, line) => {
    const { desk } = spendRig([sampleBudget({ of, nanoAiu: 2 * credit, source: 'settings' })]);
    const refusal = refusalOf(desk.admit(sampleCall({ credits: 3, project: 'site' })));
    expect(refusal).toContain(`To go on, write "${line}" into the setting limits.budgets`);
  });

  test.each([
    ['a key', { of: { kind: 'key', keyId: 'k1' } }, { keyId: 'k1' }, { keyId: 'k2' }],
    ['a project', { of: { kind: 'project', project: 'site' } }, { project: 'site' }, { project: null }],
    ['a session', { per: 'session' }, { session: 's1' }, { session: 's2' }],
  ] as const)('of %s counts no other one', (_what, change, own, other) => {
    const { desk } = spendRig([sampleBudget({ ...change, nanoAiu: credit })]);
    expect(refusalOf(desk.admit(sampleCall({ exchangeId: 'a', ...own })))).toBeUndefined();
    expect(refusalOf(desk.admit(sampleCall({ exchangeId: 'b', ...own })))).toMatch(/^insufficient_quota/);
    expect(refusalOf(desk.admit(sampleCall({ exchangeId: 'c', ...other })))).toBeUndefined();
  });

  test('begins anew at midnight; what is under way then is not counted twice', () => {
    const budget = sampleBudget({ id: 'day', per: 'day', nanoAiu: credit });
    const rig = spendRig([budget], { startMs: at('2026-11-22T23:59') });
    const late = sampleCall({ exchangeId: 'a' });
    void rig.desk.admit(late);
    expect(rig.desk.states()[0]?.beginsAnewAt).toBe(at('2026-11-23T00:00'));
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'b' })))).toMatch(/since 2026-11-22 00:00/);
    const startedAt = rig.clock.now();
    rig.clock.advance(60_000);
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'c' })))).toBeUndefined();
    const { keyId, project, session, estimate } = late;
    const cost = { nanoAiu: credit, source: 'reported', tier: null } as const;
    rig.desk.settle({ id: 'a', startedAt, keyId, project, session, estimate, cost });
    expect(rig.desk.states()[0]).toMatchObject({ spentNanoAiu: 0, reservedNanoAiu: credit });
  });

  test('of the settings wins over one of the same name, and says that the settings raise it', () => {
    const fromSettings = () => [sampleBudget({ source: 'settings', nanoAiu: credit })];
    const { desk } = spendRig([sampleBudget({ nanoAiu: 100 * credit })], { fromSettings });
    expect(refusalOf(desk.admit(sampleCall({ credits: 2 })))).toContain(
      'write "3 per month" into the setting limits.budgets',
    );
  });

  test('the raise that it names lets the call through, however far behind it is', () => {
    const { desk, ledger, budgets } = spendRig([sampleBudget()]);
    ledger.nanoAiu = 250.5 * credit;
    const call = sampleCall({ credits: 2 });
    const [, raise] = /raise month (\d+)/.exec(refusalOf(desk.admit(call)) ?? '') ?? [];
    expect(raise).toBe('243');
    budgets[0] = sampleBudget({ nanoAiu: (10 + Number(raise)) * credit });
    expect(refusalOf(desk.admit(call))).toBeUndefined();
  });

  test('of a call without a price it says so, and names what leaves something', () => {
    const { desk, ledger } = spendRig([sampleBudget()]);
    ledger.nanoAiu = 13 * credit;
    expect(refusalOf(desk.admit(sampleCall({ credits: null })))).toMatch(
      /spent since [^,]*, and the model of this call has no price\..* raise month 4`$/,
    );
  });

  test('what was spent while it was away counts once it is back, and what calls hold still does', () => {
    const rig = spendRig([sampleBudget()]);
    void rig.desk.admit(sampleCall({ exchangeId: 'a', credits: 2 }));
    const [budget] = rig.budgets.splice(0);
    rig.settle(sampleCall({ exchangeId: 'b' }), 5);
    rig.ledger.nanoAiu = 5 * credit;
    rig.budgets.push(budget!);
    expect(rig.desk.states()[0]).toMatchObject({ spentNanoAiu: 5 * credit, reservedNanoAiu: 2 * credit });
  });

  test('whose name comes to mean another key counts that one alone', () => {
    const of = (keyId: string) => ({ kind: 'key', keyId }) as const;
    const rig = spendRig([sampleBudget({ of: of('k1') })]);
    const call = sampleCall({ exchangeId: 'a', keyId: 'k1' });
    void rig.desk.admit(call);
    rig.settle(call, 10);
    rig.budgets[0] = sampleBudget({ of: of('k2') });
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'b', keyId: 'k2' })))).toBeUndefined();
  });

  test('that is raised lets go on at once', () => {
    const rig = spendRig([sampleBudget({ nanoAiu: credit })]);
    void rig.desk.admit(sampleCall({ exchangeId: 'a' }));
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'b' })))).toMatch(/^insufficient_quota/);
    rig.budgets[0] = sampleBudget({ nanoAiu: 2 * credit });
    expect(refusalOf(rig.desk.admit(sampleCall({ exchangeId: 'b' })))).toBeUndefined();
  });
});

describe('warnings', () => {
  test('a soft budget lets through, and says with every call that it is behind', () => {
    const { desk, ledger, reserved } = spendRig([sampleBudget({ id: 'month-soft', mode: 'soft' })], {
      startMs: at('2026-11-22T12:00'),
    });
    ledger.nanoAiu = 12 * credit;
    for (const exchangeId of ['a', 'b'])
      expect(warningsOf(desk.admit(sampleCall({ exchangeId })))[0]).toMatch(
        /^Budget "month-soft": 12 of 10 credits spent since 2026-11-01 00:00/,
      );
    expect(reserved).toEqual([]);
  });

  test('come once for each of 50, 80, 95 and 100 %, in the log and to the next caller', () => {
    const rig = spendRig([sampleBudget()]);
    const heads: number[] = [];
    for (let call = 0; call < 20; call += 1) {
      const asked = sampleCall({ exchangeId: String(call), credits: 0.5 });
      heads.push(warningsOf(rig.desk.admit(asked)).length);
      rig.settle(asked, 0.5);
    }
    expect(rig.warned.map((line) => line.split(' ')[0])).toEqual(['50', '80', '95', '100']);
    expect(heads.flatMap((count, call) => (count > 0 ? [call] : []))).toEqual([10, 16, 19]);
  });

  test('what was behind before the start is not told again', () => {
    const rig = spendRig([sampleBudget()]);
    rig.ledger.nanoAiu = 6 * credit;
    const call = sampleCall();
    expect(warningsOf(rig.desk.admit(call))).toEqual([]);
    rig.settle(call, 1);
    expect(rig.warned).toEqual([]);
  });

  test('are ASCII, whatever a project is called', () => {
    const of = { kind: 'project', project: 'größe' } as const;
    const { desk } = spendRig([sampleBudget({ id: 'month-soft-project-größe', of, mode: 'soft', nanoAiu: 1 })]);
    const [warning = ''] = warningsOf(desk.admit(sampleCall({ project: 'größe' })));
    expect(warning).toMatch(/^[\x20-\x7e]+$/);
    expect(warning).toContain('gr??e');
  });
});
