/** What the gateway needs of whoever keeps responses. */
import type { ResponseKeeping, StoredResponse } from '../canonical/stored-response.ts';

export interface ResponseStore {
  /** Never throws. The same id of the same key again replaces what was there. */
  put(response: StoredResponse, keeping: ResponseKeeping): void;
  /** Undefined where there is none, it is another key's, or its time is over. To be found is to be used: time starts anew. */
  find(keyId: string, id: string): StoredResponse | undefined;
  /** Whether there was one. */
  delete(keyId: string, id: string): boolean;
}
