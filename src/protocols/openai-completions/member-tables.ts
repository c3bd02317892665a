/** What becomes of each member of a Completions request: the code reads it, and so does the docs page. */
import { dropped, kept, mapped, type MemberTable } from '../member-table.ts';

/** Members of the body. */
export const requestMembers: MemberTable = {
  model: kept('Chooses the model.'),
  prompt: mapped('One text (or a list with one) becomes a user turn; several, and tokens, are refused.'),
  max_tokens: kept("The output limit; without it the model's own, not the 16 of old."),
  temperature: kept('Where the model takes it.'),
  top_p: kept('Where the model takes it.'),
  seed: kept('Where the endpoint has it.'),
  presence_penalty: kept('Where the endpoint has it.'),
  frequency_penalty: kept('Where the endpoint has it.'),
  logit_bias: dropped('Token ids of another model mean nothing here.'),
  stop: kept('Looked for by the proxy where the endpoint has none.'),
  stream: kept('The upstream is always streamed, and folded for a caller who does not stream.'),
  stream_options: mapped('Whether usage is told.'),
  user: kept('Who is served.'),
  n: mapped('One answer; more are refused.'),
  best_of: mapped('One answer; more are refused.'),
  suffix: mapped('Refused: no model of a seat fills in the middle here.'),
  echo: mapped('Refused where true: the prompt is not repeated.'),
  logprobs: mapped('Refused: chat models tell none in this form.'),
};
