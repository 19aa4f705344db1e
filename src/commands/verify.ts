import type { Backend } from '../backends/backend.ts';
import { createBackend, createStateBackend } from '../backends/index.ts';
import { beforeWriting } from '../destination.ts';
import { exitCodes } from '../errors.ts';
import { findRelease, noReleases } from '../history.ts';
import { readRecord } from '../record.ts';
import { readRelease } from '../release-files.ts';
import type { Release } from '../release.ts';
import { printable } from '../reporters/format.ts';
import type { Config } from '../types.ts';
import { configuredUrl } from '../url.ts';
import { verifyPublic } from '../verify-public.ts';
import { verifyRelease, type Problem } from '../verify.ts';
import type { CommandContext } from './context.ts';
import { load, type CommonFlags } from './flags.ts';

/** `verify [ID]`: whether what was deployed is there, or with --public, whether visitors get it. Problems: exit 9. */
export async function runVerify(
  context: CommandContext,
  id: string | undefined,
  flags: CommonFlags,
): Promise<number> {
  const { io } = context;
  const [config] = (await load(context, flags, { needsSources: false })).configs;
  const backend = await createBackend(config);
  const state = (await createStateBackend(config)) ?? backend;
  const pass = { signal: io.signal };
  try {
    const { release, current } = await choose(state, id, io.signal).catch(beforeWriting);
    const found =
      flags.public === true
        ? {
            problems: await verifyPublic({
              release,
              urlOf: (key) => publicUrlOf(config, backend, key),
              origin: flags.origin,
              signal: io.signal,
            }),
            files: release.entries.size,
            others: undefined,
            withoutAcls: false,
          }
        : await verifyRelease(backend, { release, current, pass }).catch(beforeWriting);
    const { problems, files, others, withoutAcls } = found;
    if (flags.json === true) {
      for (const { key, why } of problems) print(io, { type: 'problem', key, why });
      const count = { files, problems: problems.length, others, withoutAcls };
      print(io, { type: 'verify', destination: backend.label, id: release.id, ...count });
    } else {
      for (const { key, why } of problems) io.stdout.write(`${printable(`${key}: ${why}`)}\n`);
      if (withoutAcls)
        io.stderr.write('the ACLs may not be read (s3:GetObjectAcl), and were left out\n');
      const text = summary(release, { problems, files, others });
      io.stderr.write(`${printable(backend.label)}: ${text}\n`);
    }
    return problems.length === 0 ? exitCodes.ok : exitCodes.verify;
  } finally {
    await backend.close?.();
    if (state !== backend) await state.close?.();
  }
}

async function choose(
  state: Backend,
  id: string | undefined,
  signal: AbortSignal,
): Promise<{ release: Release; current: boolean }> {
  const { recorded, warnings } = await readRecord(state, { signal });
  if (recorded === undefined) {
    throw noReleases(warnings[0]?.message ?? 'nothing was deployed there with a record');
  }
  const { release } = recorded;
  if (id === undefined) return { release, current: true };
  const goal = findRelease(release, id);
  if (goal.id === release.id) return { release, current: true };
  const kept = await readRelease(state, goal.id, { signal });
  if (kept === undefined) throw noReleases(`nobody kept what belongs to release ${id}`);
  return { release: kept, current: false };
}

/** Where visitors get it: as configured, else from the store itself. */
async function publicUrlOf({ url, s3 }: Config, backend: Backend, key: string): Promise<string> {
  const configured = configuredUrl(url, s3.location, key);
  if (configured !== undefined) return configured.replace(/^\/\//, 'https://');
  const own = await backend.url?.(key);
  if (own === undefined) throw noReleases(`${backend.label} has no public address; set url.base`);
  return own;
}

function print(io: CommandContext['io'], value: object): void {
  io.stdout.write(`${JSON.stringify(value)}\n`);
}

function summary(
  { id }: Release,
  {
    problems,
    files,
    others,
  }: { problems: readonly Problem[]; files: number; others: number | undefined },
): string {
  const wrong = new Set(problems.map(({ key }) => key)).size;
  const rest =
    others === undefined ? '' : `, ${others} other ${others === 1 ? 'object' : 'objects'}`;
  return `release ${id.slice(0, 12)}, ${files - wrong} of ${files} files are as deployed${rest}`;
}
