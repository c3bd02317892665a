/** For every number of the fault catalogue that no row of a corpus has: which test plays it, or why none does yet. */

export type FaultPlace =
  /** A test in this file, whose title holds `named`. */
  | { readonly file: string; readonly named: string }
  /** It waits for what an issue brings. */
  | { readonly later: string }
  /** Another thing was decided (`decisions.md`). */
  | { readonly decision: number; readonly instead: string };

const test = (file: string, named: string): FaultPlace => ({ file, named });
const team: FaultPlace = { later: 'the team mode, which is not built: it needs replicas' };

const door = 'src/http/create-listener.test.ts';
const statuses = 'test/door-statuses.test.ts';
const connections = 'test/upstream-connections.test.ts';
const streams = 'test/streams.test.ts';
const bearer = 'src/upstream/copilot/exchanged-bearer.test.ts';
const call = 'src/upstream/copilot/call.test.ts';
const start = 'test/cli/start.test.ts';
const world = 'test/second/world.test.ts';
const network = 'test/second/world-network.test.ts';
const falseNetworks = 'test/second/world-false-networks.test.ts';
const load = 'test/second/world-load.test.ts';
const aborts = 'test/second/aborted-streams.test.ts';
const politeness = 'test/politeness.test.ts';

export const faultPlaces: Readonly<Record<string, FaultPlace>> = {
  'B-051': test(door, 'B-051 a key in the query opens Gemini paths'),
  'B-055': test('src/http/key-registry.test.ts', 'B-055'),
  'B-056': test(statuses, 'an expired key'),
  'B-057': test(statuses, 'a model that the key may not use'),
  'B-058': test('test/accounts.test.ts', 'B-058'),
  'B-059': test(door, "'/ui/api/keys'])('%s does not exist, with or without a key"),
  'B-062': test(door, 'B-062 many wrong keys have to wait'),
  'B-114': test('test/gemini-door.test.ts', 'an unknown method (B-114)'),
  'B-115': test('test/gemini-door.test.ts', 'alt=xml (B-115)'),
  'B-116': test('test/ollama-door.test.ts', 'is not supported (B-116)'),
  'B-117': test('test/queue.test.ts', 'a wait in vain for a whole answer is a 429, a full queue an overload'),
  'B-118': test('test/queue.test.ts', 'a wait in vain for a whole answer is a 429, a full queue an overload'),
  'B-119': test('test/budgets.test.ts', 'a budget that is spent is 402'),
  'B-120': test(network, 'B-120'),
  'B-121': test(door, 'B-121 while draining'),

  'U-016': test('test/fixtures.test.ts', '$name at every cut'),
  'U-023': test('test/second/flood.test.ts', 'U-023'),
  'U-096': test(connections, 'U-096'),
  'U-097': test(connections, 'U-097'),
  'U-107': test(connections, 'U-107'),
  'U-108': test(connections, 'U-108'),
  'U-109': test(connections, 'U-109'),
  'U-110': test(connections, 'U-110'),
  'U-111': test(connections, 'U-111'),
  'U-112': test(connections, 'U-112'),
  'U-115': test(streams, 'a slow reader pauses the upstream, and gets every byte in order'),

  'W-001': test(aborts, 'streams that are left'),
  'W-002': test(streams, 'a client that leaves before the first byte ends the upstream call too'),
  'W-004': test(streams, 'a client that never reads is given up in the end'),
  'W-005': test(network, 'W-005'),
  'W-006': test(bearer, 'an hour of failures costs at most seventy exchanges'),
  'W-007': test(bearer, 'refresh_in %j is held to %d minutes'),
  'W-008': test(bearer, 'a thousand waiters share one exchange'),
  'W-009': team,
  'W-010': test('src/upstream/copilot/token-exchange.test.ts', 'a token that dies in mid-life is renewed once'),
  'W-011': test(call, 'the seat is found by the exchange, and found again when it moved'),
  'W-012': test(network, 'W-012'),
  'W-013': test(network, 'W-013'),
  'W-014': test(network, 'W-014'),
  'W-015': test(world, 'W-015'),
  'W-016': test(falseNetworks, 'W-016'),
  'W-017': test(falseNetworks, 'W-017'),
  'W-018': test('src/upstream/copilot/network-proxy.test.ts', 'plain http goes through the proxy'),
  'W-019': test(network, 'W-019'),
  'W-020': test(connections, 'U-109'),
  'W-021': test(falseNetworks, 'W-021'),
  'W-022': test('test/corpora/upstream-rows/connection.ts', 'U-104'),
  'W-023': test(streams, 'heartbeats go on while the upstream thinks, then its silence ends the stream'),
  'W-024': test(network, 'W-024'),
  'W-025': test('test/upstream-rows.test.ts', 'Every upstream row on every protocol'),
  'W-026': test(politeness, 'in a storm of 429s GitHub sees the first'),
  'W-027': { decision: 7, instead: 'a 5xx is never sent again, but a 503 with a second to wait' },
  'W-028': test(world, 'W-028'),
  'W-029': test(load, 'W-029'),
  'W-030': test(politeness, 'a noisy account does not hold up its neighbour'),
  'W-031': test(load, 'W-031'),
  'W-032': test(world, 'W-032'),
  'W-033': test(load, 'W-033'),
  'W-034': test(load, 'W-034'),
  'W-035': test(start, 'a second signal ends a running answer'),
  'W-036': test('src/store/json-file.test.ts', 'a writer that is killed at any moment leaves a whole file'),
  'W-037': test(world, 'W-037'),
  'W-038': team,
  'W-039': team,
  'W-040': team,
};
