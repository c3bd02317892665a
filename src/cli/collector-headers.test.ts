import { expect, test } from 'vitest';
import { collectorHeaders } from './collector-headers.ts';

const traces = { endpoint: 'http://127.0.0.1:4318' };

test.each([
  ['nothing', {}, {}],
  ['one', { CROSSFEED_TRACES_HEADERS: 'Authorization=Bearer%20x' }, { authorization: 'Bearer x' }],
  ['several', { CROSSFEED_TRACES_HEADERS: 'x-a=1,x-b=2%2C3' }, { 'x-a': '1', 'x-b': '2,3' }],
])('%s', async (_what, env, expected) => {
  expect(await collectorHeaders(env, traces)).toEqual(expected);
});

test('nothing is read where nothing is sent', async () => {
  expect(await collectorHeaders({ CROSSFEED_TRACES_HEADERS: 'rubbish' }, { endpoint: null })).toEqual({});
});

test.each(['rubbish', 'x-a=', '=1', 'x:a=1', 'x-a=%ZZ', 'x-a=1,,'])(
  '"%s" is refused before the start',
  async (value) => {
    await expect(collectorHeaders({ CROSSFEED_TRACES_HEADERS: value }, traces)).rejects.toThrow(/takes name=value/);
  },
);
