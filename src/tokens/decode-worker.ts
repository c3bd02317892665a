/** The worker thread that holds the rank tables: parsing one takes a tenth of a second that no stream should wait. */
import { existsSync, readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { DecodeAnswer, DecodeJob } from './decode-messages.ts';
import { parseRankTable } from './rank-table.ts';
import type { RankTable, TokenizerName } from './rank-table.ts';

const tables = new Map<TokenizerName, RankTable>();

parentPort?.on('message', ({ id, tokenizer, tokens }: DecodeJob) => {
  let answer: DecodeAnswer;
  try {
    answer = { id, ...tableOf(tokenizer).decode(tokens) };
  } catch (thrown) {
    answer = { id, fault: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  parentPort?.postMessage(answer);
});

function tableOf(tokenizer: TokenizerName): RankTable {
  const known = tables.get(tokenizer);
  if (known !== undefined) return known;
  const table = parseRankTable(readFileSync(rankFileOf(tokenizer), 'utf8'), tokenizer);
  tables.set(tokenizer, table);
  return table;
}

/** The build puts the rank files beside this module; a checkout has them in a devDependency only. */
function rankFileOf(tokenizer: TokenizerName): URL {
  const built = new URL(`./ranks/${tokenizer}.tiktoken`, import.meta.url);
  return existsSync(built) ? built : new URL(import.meta.resolve(`gpt-tokenizer/data/${tokenizer}.tiktoken`));
}
