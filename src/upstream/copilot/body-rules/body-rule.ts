/** What a body rule is, and the few words in which rules are written. */
import type { JsonObject } from '../../../canonical/json-value.ts';
import { isOpenAi, type Model } from '../../../canonical/model.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import type { UpstreamPath } from '../../upstream.ts';

export interface RuleInput {
  /**
   * The parsed body with the edits of earlier rules in it; its strings are latin1 views of UTF-8. What an earlier rule
   * took out of a list has left a hole (undefined), so that every index is the one of the body that came.
   */
  readonly body: JsonObject;
  readonly model: Model;
  readonly stream: boolean;
}

export interface BodyRule {
  /** As `x-crossfeed-edits` and `upstream.disabledRules` name it. */
  readonly name: string;
  readonly path: UpstreamPath | 'any';
  /** A rule of Messages that token counting needs as well. */
  readonly countsToo?: boolean;
  /** Why, in one sentence, for the user. */
  readonly reason: string;
  edits(input: RuleInput): readonly JsonEdit[];
}

export type Path = readonly (string | number)[];

export const remove = (...path: (string | number)[]): JsonEdit => ({ op: 'remove', path });
export const set = (path: Path, value: unknown): JsonEdit => ({ op: 'set', path, value });

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The newer GPT models refuse some sampling fields; the catalogue knows them by vendor and by their efforts. */
export function isReasoningGpt(model: Model): boolean {
  return isOpenAi(model) && model.supports.reasoning;
}

/** The newest Claude models think as they see fit and take no budget; they refuse what only made sense without. */
export function thinksByItself({ supports }: Model): boolean {
  return supports.adaptiveThinking && supports.maxThinkingBudget === undefined;
}
