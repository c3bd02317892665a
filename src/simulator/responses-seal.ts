/** Ids and sealed content of Responses items: both name their item and the account they were given to. */
import { fingerprint, openSeal, seal } from './seal.ts';

/** Ids may have 64 characters: there is room for a tag, not for a name. */
const accountTag = (account: string) => fingerprint('account', account).slice(0, 4);

/** `item` is the number of the answer and the place in it; `mention` makes each id different. */
export function sealItemId(item: string, account: string, mention: string): string {
  return seal('item', `${item}|${accountTag(account)}|${mention}`);
}

/** The item that an id names, undefined where it was not issued here or not to that account. */
export function openItemId(id: string, account: string): string | undefined {
  return itemOf(openSeal('item', id.slice(id.indexOf('_') + 1)), account);
}

export function sealEncrypted(item: string, account: string, text: string): string {
  return seal('encrypted', `${item}|${accountTag(account)}|${fingerprint('thought', text)}`);
}

/** The item that sealed content belongs to, undefined where it was changed or is another account's. */
export function openEncrypted(content: string, account: string): string | undefined {
  return itemOf(openSeal('encrypted', content), account);
}

function itemOf(payload: string | undefined, account: string): string | undefined {
  const [item, tag] = payload?.split('|') ?? [];
  return tag === accountTag(account) ? item : undefined;
}
