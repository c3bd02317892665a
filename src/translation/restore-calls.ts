/** Gives the calls of an answer back the names and forms that their tools have for the caller. */
import type { CallForm } from '../canonical/conversation.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { literalOf, type EmitPart } from './part-stage.ts';
import { createInputUnwrapper, type InputUnwrapper } from './unwrap-input.ts';

/** What a tool is to the caller, whatever it went up as. */
export interface CallerTool {
  readonly name: string;
  readonly namespace: string | null;
  readonly form: CallForm;
}

/**
 * `aliases` are names that did not fit, by what they became; `calls` is by the names before that. A name that is in neither
 * was the model's own idea, and stays.
 */
export function restoreCalls(
  emit: EmitPart,
  calls: ReadonlyMap<string, CallerTool>,
  aliases: ReadonlyMap<string, string>,
): EmitPart {
  const unwrappers = new Map<number, InputUnwrapper>();
  return (part) => {
    if (part.type === 'block-start' && part.kind === 'tool-call') {
      const name = aliases.get(part.name) ?? part.name;
      const tool = calls.get(name);
      if (tool?.form === 'custom') unwrappers.set(part.block, createInputUnwrapper());
      return emit({ ...part, name, ...tool });
    }
    if (unwrappers.size === 0 || (part.type !== 'delta' && part.type !== 'block-end')) return emit(part);
    const unwrapper = unwrappers.get(part.block);
    if (!unwrapper) return emit(part);
    if (part.type === 'delta') {
      const text = unwrapper.push(String(parseLatin1Json(part.literal)));
      if (text !== '') emit({ ...part, literal: literalOf(text) });
      return;
    }
    const rest = unwrapper.end();
    unwrappers.delete(part.block);
    if (rest !== '') emit({ type: 'delta', block: part.block, literal: literalOf(rest) });
    emit(part);
  };
}
