/** Kept responses over the life of a proxy: a restart, and nothing of a prompt on disk that nobody asked to store. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openai } from './support/sdk-clients.ts';
import { startProxy } from './support/start-proxy.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** The database and its journal, in one text. */
function onDisk(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n');
}

test.each(['gpt-6.1-sol', 'claude-sonnet-5.5'])(
  '%s: after a restart what was stored is gone on from',
  async (model) => {
    const folder = temporaryFolder();
    const storePath = join(folder, 'crossfeed.db');
    const before = await startProxy({ storePath });
    const client = openai(before);
    const kept = await client.responses.create({ model, input: 'A stored matter of plums.', store: true });
    const fleeting = await client.responses.create({ model, input: 'A fleeting matter of kiwis.' });
    await client.responses.create({ model, input: 'A private matter of figs.', store: false });
    await before.close();
    expect(onDisk(folder)).toContain('A stored matter of plums.');
    expect(onDisk(folder)).not.toMatch(/kiwis|figs/);

    const after = await startProxy({ storePath });
    const again = openai(after);
    expect(await again.responses.retrieve(kept.id)).toMatchObject({ id: kept.id, output: kept.output, store: true });
    const next = await again.responses.create({ model, input: 'Say it again.', previous_response_id: kept.id });
    expect(next.previous_response_id).toBe(kept.id);
    expect(String(after.simulator.requests.at(-1)?.body)).toContain('A stored matter of plums.');
    await expect(again.responses.retrieve(fleeting.id)).rejects.toEqual(expect.objectContaining({ status: 404 }));
    await again.responses.delete(kept.id);
    await expect(again.responses.retrieve(kept.id)).rejects.toEqual(expect.objectContaining({ status: 404 }));
    await after.close();
    expect(onDisk(folder)).not.toContain('A stored matter of plums.');
    expect([...before.complaints, ...after.complaints]).toEqual([]);
  },
);
