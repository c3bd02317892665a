/** What `faults.md` leaves to the upstream's verdict, the simulator does refuse: without it, no rule of ours is judged. */
import { describe, expect, test } from 'vitest';
import { schemaRows } from './corpora/client-rows/schema-bodies.ts';
import { useSimulator } from './support/use-simulator.ts';

const simulator = useSimulator();

const faces = {
  chat: ['/chat/completions', { model: 'gpt-4.1', messages: [{ role: 'user', content: 'hi' }] }],
  responses: ['/responses', { model: 'gpt-6-luna', input: 'hi' }],
  messages: ['/v1/messages', { model: 'claude-opus-5.5', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] }],
} as const;

/**
 * Not played: images by address (some do take them), a schema's `$ref` (nobody follows it), and stops of Anthropic (no
 * limit of theirs is known).
 */
const open = { chat: /^B-(?:092|094|095|101)$/, responses: /^B-(?:092|094|095|101)$/, messages: /^B-(?:101|108)$/ };
const rows = schemaRows.filter(({ expect: wanted }) => 'verdict' in wanted && wanted.verdict === 400);

describe.each(['chat', 'responses', 'messages'] as const)('%s', (face) => {
  const [path, sound] = faces[face];

  test.each(rows.filter((row) => (row.on?.includes(face) ?? true) && !open[face].test(row.id)))(
    '$id $title',
    async (row) => {
      const body = row.body(sound, face);
      const vision = JSON.stringify(body).includes('image') ? 'true' : undefined;
      const reply = await simulator().post(path, body, { 'copilot-vision-request': vision });
      expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('message')]);
      const rules = simulator().simulator.breaches.map(({ rule }) => rule);
      expect(rules.filter((rule) => !rule.startsWith('initiator'))).toHaveLength(1);
    },
  );
});
