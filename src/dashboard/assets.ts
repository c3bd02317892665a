/** The dashboard's page: its own built files, and the headers under which nothing else can be loaded or run. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

export interface Asset {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything under `/ui/`, the API too. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const typeOf: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What is built has a hash of its content in its name; the icon is copied as it is, and may be another tomorrow. */
const hashedName = /^assets[/\\].+-[\w-]{8}\.\w+$/;

/** By their paths below `/ui/`; the page itself is `''`. Empty where it was not built: `npm run build:web`. */
export async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    const type = typeOf[path.extname(name)];
    if (type === undefined) continue;
    const isPage = name === 'index.html';
    const cache = isPage ? 'no-store' : hashedName.test(name) ? 'private, max-age=31536000, immutable' : 'no-cache';
    assets.set(isPage ? '' : name.split(path.sep).join('/'), {
      bytes: await readFile(path.join(folder, name)),
      headers: { ...pageHeaders, 'content-type': type, 'cache-control': cache },
    });
  }
  return assets;
}
