import { createBackend, createStateBackend } from '../backends/index.ts';
import { beforeWriting } from '../destination.ts';
import { exitCodes } from '../errors.ts';
import { releasesOf } from '../history.ts';
import { mapAtOnce } from '../at-once.ts';
import { readRecord } from '../record.ts';
import { isKept } from '../release-files.ts';
import { printable } from '../reporters/format.ts';
import type { CommandContext } from './context.ts';
import { load, type CommonFlags } from './flags.ts';

/** `releases`: what was deployed to a destination, newest first, and what can be gone back to. */
export async function runReleases(context: CommandContext, flags: CommonFlags): Promise<number> {
  const { io } = context;
  const [config] = (await load(context, flags, { needsSources: false })).configs;
  const backend = await createBackend(config);
  const state = (await createStateBackend(config)) ?? backend;
  const pass = { signal: io.signal };
  try {
    const { recorded, warnings } = await readRecord(state, pass).catch(beforeWriting);
    for (const { message } of warnings) io.stderr.write(`${printable(message)}\n`);
    const known = recorded === undefined ? [] : releasesOf(recorded.release);
    const rows = await mapAtOnce(known, 8, async (one) => {
      const isCurrent = one === known[0];
      const kept = config.releases && (isCurrent || (await isKept(state, one.id, pass)));
      return { ...one, current: isCurrent, kept };
    });
    if (flags.json === true) {
      for (const { id, sequence, deployedMs, files, current, kept, restores } of rows) {
        const deployed = new Date(deployedMs).toISOString();
        const line = { type: 'release', id, sequence, deployed, files, current, kept, restores };
        io.stdout.write(`${JSON.stringify(line)}\n`);
      }
      return exitCodes.ok;
    }
    if (rows.length === 0) io.stdout.write(`${printable(backend.label)}: no release is recorded\n`);
    for (const { id, deployedMs, files, current, kept, restores } of rows) {
      const notes = [
        ...(current ? ['current'] : []),
        ...(restores === undefined ? [] : ['put back by a rollback']),
        ...(kept ? [] : ['cannot be gone back to']),
      ].join(', ');
      const date = new Date(deployedMs).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
      const count = `${files} ${files === 1 ? 'file' : 'files'}`;
      io.stdout.write(
        `${id.slice(0, 12)}  ${date}  ${count.padStart(12)}  ${notes}`.trimEnd() + '\n',
      );
    }
    return exitCodes.ok;
  } finally {
    await backend.close?.();
    if (state !== backend) await state.close?.();
  }
}
