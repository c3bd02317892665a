/** The worker thread that holds the rank tables: parsing one takes a tenth of a second that no stream should wait. */
import { existsSync, readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { parseCountTable, type CountTable } from './count-table.ts';
import { parseRankTable } from './rank-table.ts';
import type { RankTable, TokenizerName } from './rank-table.ts';
import type { TokenJob, TokenResult } from './worker-messages.ts';

const rankTables = new Map<TokenizerName, RankTable>();
const countTables = new Map<TokenizerName, CountTable>();

parentPort?.on('message', (job: TokenJob) => {
  let result: TokenResult;
  try {
    result = answerOf(job);
  } catch (thrown) {
    result = { fault: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  parentPort?.postMessage({ ...result, id: job.id });
});

function answerOf(job: TokenJob): TokenResult {
  const { tokenizer } = job;
  if ('tokens' in job) return tableOf(rankTables, tokenizer, parseRankTable).decode(job.tokens);
  return { count: tableOf(countTables, tokenizer, parseCountTable).count(Buffer.from(job.utf8).toString()) };
}

function tableOf<Table>(
  tables: Map<TokenizerName, Table>,
  tokenizer: TokenizerName,
  parse: (file: string, tokenizer: TokenizerName) => Table,
): Table {
  const known = tables.get(tokenizer);
  if (known !== undefined) return known;
  const table = parse(readFileSync(rankFileOf(tokenizer), 'utf8'), tokenizer);
  tables.set(tokenizer, table);
  return table;
}

/** The build puts the rank files beside this module; a checkout has them in a devDependency only. */
function rankFileOf(tokenizer: TokenizerName): URL {
  const built = new URL(`./ranks/${tokenizer}.tiktoken`, import.meta.url);
  return existsSync(built) ? built : new URL(import.meta.resolve(`gpt-tokenizer/data/${tokenizer}.tiktoken`));
}
