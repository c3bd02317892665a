/** Behind a company's proxy: bytes are cut anew, comments come in, a page of its own stands in for the first answers. */
import type { NamedScenario } from './named-scenario.ts';

const page = '<html><title>Access denied</title><p>Blocked by corporate policy.</p></html>';

export const enterpriseProxy: NamedScenario = {
  what: "an enterprise seat behind a company's proxy: its own 403 page once, CRLF and comments in every stream",
  plan: 'enterprise',
  sku: 'copilot_enterprise_seat_quota',
  quirks: ['comments', 'crlf'],
  faults: [{ on: '/responses', do: { kind: 'status', status: 403, body: page, contentType: 'text/html' } }],
};
