/** A request whose translation went wrong elsewhere, and what is right of it. */
import type { Json, UpOptions, Way } from './exchange.ts';

export interface CaseRow {
  readonly named: string;
  readonly way: Way;
  readonly body: object;
  readonly options?: UpOptions;
  readonly check: (body: Json, rules: readonly string[]) => void;
}
