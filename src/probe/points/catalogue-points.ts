/** Points that the catalogue and the head of a request decide: GETs, which cost nothing. */
import { isObject, objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { Look, LookReply } from '../../upstream/upstream.ts';
import { evidenceOfLook, undecided } from '../probe-point.ts';
import type { Observation, ProbePoint, ProbeWorld } from '../probe-point.ts';

type FreePoint = Omit<ProbePoint, 'plan' | 'observe'> & {
  readonly observe: (world: ProbeWorld) => Promise<Observation>;
};

const free = ({ observe, ...point }: FreePoint): ProbePoint => ({
  ...point,
  plan: () => [],
  observe: (world) => observe(world),
});

const list: Look = { at: 'copilot', path: '/models' };
/** Those that clients of 2025 and 2026 were seen with, the newest first. */
const knownVersions = ['2026-08-01', '2026-06-01', '2025-10-01', '2025-05-01', '2025-04-01'];

function rowsOf({ text }: LookReply): readonly JsonObject[] {
  const { data } = objectOf(parseJson(text));
  return Array.isArray(data) ? data.filter(isObject) : [];
}

/** Whether a GET without that header of our identity is refused. */
function headerPoint(id: string, header: string, name: string): ProbePoint {
  return free({
    id,
    section: '§10.3, §1.4',
    question: `Does an exchanged bearer need ${name}?`,
    request: `GET /models without ${name}`,
    reference: 'needed: 400 without it',
    simulator: 'needed',
    async observe(world) {
      if (world.road !== 'exchanged') return undecided('the seat is on the direct road, which asks for none');
      const reply = await world.look({ ...list, without: [header] });
      const evidence = [evidenceOfLook(`GET /models without ${header}`, reply)];
      if (reply.status === 200) return { seen: 'not needed', evidence };
      return reply.status === 400 ? { seen: 'needed', evidence } : undecided('refused for another reason', evidence);
    },
  });
}

/** Whether another way of asking lists fewer models than the usual one. */
function fewerPoint(known: Omit<FreePoint, 'observe'>, asked: Look, needs: 'exchanged' | null): ProbePoint {
  return free({
    ...known,
    async observe(world) {
      if (needs !== null && world.road !== needs) return undecided(`the seat is not on the ${needs} road`);
      const [usual, other] = [await world.look(list), await world.look(asked)];
      const count = (reply: LookReply) => new Set(rowsOf(reply).map(({ id: model }) => model)).size;
      const evidence = [
        evidenceOfLook('GET /models', usual, `${count(usual)} models`),
        evidenceOfLook(known.request, other, other.status === 200 ? `${count(other)} models` : null),
      ];
      if (usual.status !== 200) return undecided('the list cannot be had', evidence);
      if (other.status !== 200) return { seen: 'refused', evidence };
      const [here, there] = [count(usual), count(other)];
      return { seen: there < here ? 'fewer' : there === here ? 'same' : 'more', evidence };
    },
  });
}

/** Whether a word stands anywhere in what rows say of their price. */
function rowPoint(
  known: Omit<FreePoint, 'observe' | 'request'>,
  read: (billing: readonly string[]) => string,
): ProbePoint {
  return free({
    ...known,
    request: 'GET /models',
    async observe(world) {
      const reply = await world.look(list);
      const rows = rowsOf(reply).map(({ billing }) => JSON.stringify(billing ?? null));
      if (rows.length === 0) return undecided('the list cannot be had', [evidenceOfLook('GET /models', reply)]);
      const seen = read(rows);
      return { seen, evidence: [evidenceOfLook('GET /models', reply, `${rows.length} rows: ${seen}`)] };
    },
  });
}

const some = (rows: readonly string[], word: string) => rows.some((row) => row.includes(`"${word}"`));

export const cataloguePoints: readonly ProbePoint[] = [
  free({
    id: 'api-versions',
    section: '§10.3, §11.1',
    question: 'Which API versions are taken?',
    request: 'GET /models under each known version',
    reference: '2026-08-01 exists; which older ones stay is open',
    simulator: knownVersions.join(' '),
    async observe(world) {
      const replies: (readonly [version: string, reply: LookReply])[] = [];
      for (const version of knownVersions) replies.push([version, await world.look({ ...list, apiVersion: version })]);
      const evidence = replies.map(([version, reply]) => evidenceOfLook(`GET /models under ${version}`, reply));
      const taken = replies.filter(([, { status }]) => status === 200).map(([version]) => version);
      if (replies.some(([, { status }]) => status === 401 || status === 403 || status >= 500))
        return undecided('GitHub refused for another reason', evidence);
      return { seen: taken.length === 0 ? 'none' : taken.join(' '), evidence };
    },
  }),
  fewerPoint(
    {
      id: 'models-without-version',
      section: '§11.1',
      question: 'Does /models list fewer models without an API version?',
      request: 'GET /models without x-github-api-version',
      reference: 'fewer',
      simulator: 'fewer',
    },
    { ...list, without: ['x-github-api-version'] },
    null,
  ),
  fewerPoint(
    {
      id: 'direct-lists-fewer',
      section: '§11.7, §1.4',
      question: 'Does the direct road list fewer models than the exchange?',
      request: 'GET /models with the GitHub token as it is',
      reference: 'may list fewer, by one good source',
      simulator: 'same',
    },
    { ...list, bearer: 'github' },
    'exchanged',
  ),
  headerPoint('editor-version-needed', 'editor-version', 'Editor-Version'),
  headerPoint('integration-id-needed', 'copilot-integration-id', 'Copilot-Integration-Id'),
  rowPoint(
    {
      id: 'cache-price-name',
      section: '§11.1',
      question: 'What is the price of cached input called?',
      reference: '`cache_price` became `cache_read_price`',
      simulator: 'cache_read_price',
    },
    (rows) =>
      some(rows, 'cache_read_price') ? 'cache_read_price' : some(rows, 'cache_price') ? 'cache_price' : 'none',
  ),
  rowPoint(
    {
      id: 'auto-discount',
      section: '§11.1',
      question: 'Do rows name `billing.auto_discount`?',
      reference: 'new in 2026-08-01',
      simulator: 'named',
    },
    (rows) => (some(rows, 'auto_discount') ? 'named' : 'absent'),
  ),
  free({
    id: 'auto-needs-newest-version',
    section: '§11.1',
    question: 'Is POST /auto refused under an older API version?',
    request: 'POST /auto under 2025-05-01',
    reference: '404 `invalid apiVersion`',
    simulator: 'refused',
    async observe(world) {
      const reply = await world.look({ at: 'copilot', path: '/auto', body: {}, apiVersion: '2025-05-01' });
      // A session holds a token: its text is nobody's business.
      const evidence = [evidenceOfLook('POST /auto under 2025-05-01', reply)];
      if (reply.status === 200) return { seen: 'accepted', evidence };
      return reply.status === 404 ? { seen: 'refused', evidence } : undecided('refused for another reason', evidence);
    },
  }),
];
