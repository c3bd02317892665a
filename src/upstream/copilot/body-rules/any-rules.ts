/** Rules for every endpoint. */
import { set, type BodyRule } from './body-rule.ts';

export const anyRules: readonly BodyRule[] = [
  {
    name: 'catalogue-id',
    path: 'any',
    reason: 'The upstream knows the model by the id of its catalogue.',
    edits: ({ body, model }) => (body['model'] === model.id ? [] : [set(['model'], model.id)]),
  },
];
