/** Sealed reasoning and state that went wrong elsewhere: the cases of `translation.md` 2.4 that a translation meets. */
import { expect, test } from 'vitest';
import { sealEnvelope } from '../../src/translation/sealed-envelope.ts';
import { up, type Json } from './exchange.ts';

const thinking = (signature: string) => ({ type: 'thinking', thinking: 'hm', signature });
const turns = (...signatures: string[]) => ({
  messages: [
    { role: 'user', content: 'a' },
    ...signatures.flatMap((signature) => [
      { role: 'assistant', content: [thinking(signature), { type: 'text', text: 'said' }] },
      { role: 'user', content: 'and' },
    ]),
  ],
});
const sealed = (family: string, accountTag: string, blob: string) =>
  sealEnvelope([{ kind: 'encrypted', blob, id: 'rs_1', at: 0 }], { family, accountTag });

test('#93 a bare signature of another vendor stays behind, with all later ones', () => {
  const { body, rules } = up('M→R', turns('bare', 'bare'));
  expect(body.input.map(({ type }: Json) => type)).not.toContain('reasoning');
  expect(rules.filter((rule) => rule === 'reasoning-left-behind')).toHaveLength(2);
});

test('#93 what another account sealed stays behind', () => {
  const { body, rules } = up('M→R', turns(sealed('openai.r', 'another', 'blob')));
  expect(JSON.stringify(body)).not.toContain('blob');
  expect(rules).toContain('reasoning-left-behind');
});

test('#94 #95 what was sealed goes back as it was issued, without the id that nobody stored', () => {
  const first = up('M→R').plan.returnWay?.owner.accountTag ?? '';
  const { body } = up('M→R', turns(sealed('openai.r', first, 'blob')));
  const items = body.input.filter(({ type }: Json) => type === 'reasoning');
  expect(items).toMatchObject([{ encrypted_content: 'blob' }]);
  expect(items[0]).not.toHaveProperty('id');
});

test('#97 #98 a compaction that is triggered on a model of another protocol asks it for a summary', () => {
  const input = [{ role: 'user', content: 'a' }, { type: 'compaction_trigger' }];
  const { body, rules, plan } = up('R→M', { input });
  expect(rules).toContain('written-compaction');
  expect(JSON.stringify(body)).not.toContain('compaction_trigger');
  expect(JSON.stringify(body.messages.at(-1))).toContain('write a summary');
  expect(plan.initiator).toBe('agent');
  expect(plan.headers).toMatchObject({ 'x-interaction-type': 'conversation-compaction' });
});

const result = (...after: object[]) => ({
  messages: [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'x', name: 'f', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: 'ok' }, ...after] },
  ],
});

test.each([
  [
    '#99 a new question behind a history of tools is the user',
    [
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'c' },
    ],
    'user',
  ],
  ['#100 a result is the agent', [], 'agent'],
] as const)('%s, translated too', (_named, more, initiator) => {
  const { messages } = result();
  expect(up('M→C', { messages: [...messages, ...more] }).plan.initiator).toBe(initiator);
});

test('#100 a result with a reminder behind it is the agent, translated too', () => {
  const reminder = { type: 'text', text: '<system-reminder>\nBe brief.\n</system-reminder>' };
  expect(up('M→C', result(reminder)).plan.initiator).toBe('agent');
});

test('#103 only a request with an image says that it has one', () => {
  expect(up('M→C').plan.hasImages).toBe(false);
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aaaa' } };
  expect(up('M→C', { messages: [{ role: 'user', content: [image] }] }).plan.hasImages).toBe(true);
});
