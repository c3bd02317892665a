/** The secrets that the environment holds, by value: whatever is printed or logged must be free of them. */

const holders = [
  'CROSSFEED_API_KEY',
  'CROSSFEED_WEB_SEARCH_KEY',
  'CROSSFEED_GITHUB_TOKEN',
  'COPILOT_GITHUB_TOKEN',
  'GH_TOKEN',
  'GITHUB_TOKEN',
];
const proxyHolders = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

/** Not those in files (`…_FILE`): who reads them adds them. */
export function knownSecrets(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = holders.map((name) => env[name]?.trim() ?? '');
  const proxies = proxyHolders.flatMap((name) => proxySecrets(env[name] ?? env[name.toLowerCase()] ?? ''));
  return [...values, ...proxies].filter((value) => value !== '');
}

/** The password as it is written and as it is meant, and the header that it becomes. */
function proxySecrets(address: string): readonly string[] {
  const written = address.includes('://') ? address : `http://${address}`;
  if (!URL.canParse(written)) return [];
  const { username, password } = new URL(written);
  if (password === '') return [];
  const plain = decoded(password);
  return [password, plain, Buffer.from(`${decoded(username)}:${plain}`).toString('base64')];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
