/** What all hand-written streams are made of. */
import type { Counts } from './answers.ts';

export interface Frame {
  readonly event: string | null;
  readonly data: object | string;
}

export const typed = (data: { readonly type: string; readonly [member: string]: unknown }): Frame => ({
  event: data.type,
  data,
});

/** Copilot's bill beside the usage. */
export const bill = ({ nanoAiu }: Counts) => (nanoAiu === null ? {} : { copilot_usage: { total_nano_aiu: nanoAiu } });
