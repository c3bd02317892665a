/** Rebinding and web pages: what must be refused before key and route (B-001 to B-009, B-060). */
import { body, head, host, json, key, type ClientRow, type Expectation } from './client-row.ts';
import { errorWords } from './error-words.ts';

const refused: Expectation = { error: errorWords.hostNotAllowed };
const rest = `${key}${json}${body}`;

export const guardRows: readonly ClientRow[] = [
  { id: 'B-001', title: 'a rebound name in Host', bytes: `${head}Host: evil.example:{port}\r\n${rest}` },
  { id: 'B-001a', title: 'the right name with another port', bytes: `${head}Host: 127.0.0.1:1\r\n${rest}` },
  {
    id: 'B-001b',
    title: 'an address that only begins like ours',
    bytes: `${head}Host: 127.0.0.1.nip.io:{port}\r\n${rest}`,
  },
  { id: 'B-001c', title: 'a rebound name and no key', bytes: `${head}Host: evil.example:{port}\r\n${json}${body}` },
  {
    id: 'B-005',
    title: 'an absolute-form target elsewhere',
    bytes: `POST http://evil.example{path} HTTP/1.1\r\n${host}${rest}`,
  },
  {
    id: 'B-005a',
    title: 'an absolute-form target with our address as user',
    bytes: `POST http://127.0.0.1:{port}@evil.example{path} HTTP/1.1\r\n${host}${rest}`,
  },
  { id: 'B-006', title: 'a foreign Origin', bytes: `${head}${host}Origin: https://evil.example\r\n${rest}` },
  { id: 'B-006a', title: 'the Origin of a sandboxed frame', bytes: `${head}${host}Origin: null\r\n${rest}` },
  {
    id: 'B-006b',
    title: 'a loopback Origin of another port',
    bytes: `${head}${host}Origin: http://127.0.0.1:1\r\n${rest}`,
  },
  {
    id: 'B-008',
    title: 'a preflight',
    bytes: `OPTIONS {path} HTTP/1.1\r\n${host}Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n`,
  },
  { id: 'B-009', title: 'Sec-Fetch-Site cross-site', bytes: `${head}${host}Sec-Fetch-Site: cross-site\r\n${rest}` },
  { id: 'B-009a', title: 'Sec-Fetch-Site same-site', bytes: `${head}${host}Sec-Fetch-Site: same-site\r\n${rest}` },
  {
    id: 'B-060',
    title: 'X-Forwarded-For does not make a rebound name local',
    bytes: `${head}Host: evil.example\r\nX-Forwarded-For: 127.0.0.1\r\n${rest}`,
  },
].map((row) => ({ ...row, expect: refused }));

export const welcomeRows: readonly ClientRow[] = [
  { id: 'B-001d', title: 'localhost', bytes: `${head}Host: localhost:{port}\r\n${rest}` },
  { id: 'B-001e', title: 'upper case', bytes: `${head}Host: LOCALHOST:{port}\r\n${rest}` },
  { id: 'B-001f', title: 'the rest of the loopback block', bytes: `${head}Host: 127.8.9.10:{port}\r\n${rest}` },
  { id: 'B-001g', title: 'IPv6 loopback', bytes: `${head}Host: [::1]:{port}\r\n${rest}` },
  { id: 'B-001h', title: 'a name the owner allowed', bytes: `${head}Host: allowed.example\r\n${rest}` },
  { id: 'B-006c', title: 'our own Origin', bytes: `${head}${host}Origin: http://127.0.0.1:{port}\r\n${rest}` },
  { id: 'B-009b', title: 'Sec-Fetch-Site same-origin', bytes: `${head}${host}Sec-Fetch-Site: same-origin\r\n${rest}` },
  {
    id: 'B-005b',
    title: 'an absolute-form target that is us',
    bytes: `POST http://localhost:{port}{path} HTTP/1.1\r\n${host}${rest}`,
  },
].map((row) => ({ ...row, expect: { ok: true } }));
