import { measure, type Entrant, type Run } from './measure.ts';
import type { Row } from './rows.ts';
import type { Workshop } from './workshop.ts';

export interface Result extends Pick<Entrant, 'tool' | 'variant' | 'checks' | 'version' | 'shown'> {
  readonly runs: readonly Run[];
  /** Why it has no times. */
  readonly reason?: string;
  /** It was ended after so many seconds. */
  readonly late?: number;
}

export interface RowResult extends Pick<Row, 'id' | 'title' | 'about'> {
  readonly results: readonly Result[];
}

interface Standing {
  readonly entrant: Entrant;
  readonly runs: Run[];
  end: Pick<Result, 'reason' | 'late'>;
}

/** All in turn, round after round, so that what else the machine does meets all of them alike. */
export async function hold(row: Row, rounds: number, shop: Workshop): Promise<RowResult> {
  const all = row.entrants.map((entrant): Standing => ({ entrant, runs: [], end: {} }));
  const first = row.warmUp === true ? -1 : 0;
  const deadlineMs = shop.deadlineMs * (row.patience ?? 1);
  for (let round = first; round < rounds * (row.often ?? 1); round += 1) {
    for (const one of all.filter(({ end }) => end.reason === undefined)) {
      const { tool, variant } = one.entrant;
      const outcome = await measure(one.entrant, deadlineMs).catch((error: unknown) => ({
        reason: error instanceof Error ? error.message : String(error),
      }));
      const said = 'reason' in outcome ? outcome.reason : `${outcome.seconds.toFixed(3)} s`;
      shop.say(`${row.id} ${round + 1}: ${tool}${variant && `, ${variant}`}: ${said}`);
      if ('reason' in outcome) {
        const late = 'late' in outcome ? { late: deadlineMs / 1000 } : {};
        one.end = { reason: withoutPaths(outcome.reason), ...late };
      } else if (round >= 0) one.runs.push(outcome);
    }
  }
  const { id, title, about } = row;
  return {
    id,
    title,
    about,
    results: all.map(({ entrant: { tool, variant, checks, version, shown }, runs, end }) => ({
      ...{ tool, variant, checks, version, shown },
      runs,
      ...end,
    })),
  };
}

/** The last line of what was said, without what only this machine has. */
function withoutPaths(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  return line.replaceAll(/(?:https?:\/)?\/[\w.-]+(?:[/:][\w.-]+)+/g, '…').slice(0, 200);
}
