/** Text that came escaped (Python does so by itself) is the same text wherever an edit moves it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { jsonAnswer } from './support/raw-upstream.ts';

let rig: RawProxy;
beforeAll(async () => {
  rig = await startRawProxy(() => jsonAnswer({ type: 'message', content: [], usage: {} }));
});
afterAll(() => rig.close());

test('an edit that moves escaped text sends the text up whole', async () => {
  const body =
    '{"model":"m-messages","messages":[],"output_format":{"description":"caf\\u00e9 \\u4e2d\\ud83d\\ude00 é"}}';
  const answer = await rig.post('/v1/messages', body);
  expect(answer.headers.get('x-crossfeed-edits')).toBe('output-config-format');
  const sent = JSON.parse(rig.upstream.requests.at(-1)?.body.toString() ?? '') as Record<string, unknown>;
  expect(sent['output_config']).toEqual({ format: { description: 'café 中😀 é' } });
});

test('an unknown model is named as it was asked for', async () => {
  const answer = await rig.post('/v1/messages', '{"model":"mod\\u00e8le \\u4e2d","messages":[]}');
  expect(await answer.text()).toContain("model 'modèle 中' not found");
});

test('a repeated key in other letters is a repeated key: what was checked is what goes up', async () => {
  await rig.post('/v1/messages', '{"model":"other","m\\u006fdel":"m-messages","messages":[]}');
  expect(rig.upstream.requests.at(-1)?.body.toString()).toBe('{"m\\u006fdel":"m-messages","messages":[]}');
});
