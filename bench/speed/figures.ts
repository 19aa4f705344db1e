import type { Result, RowResult } from './contest.ts';
import type { Run } from './measure.ts';
import type { Counts } from './server.ts';

export type Measure = 'seconds' | 'cpuSeconds' | 'megabytes';

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

export function valuesOf({ runs }: Result, measure: Measure = 'seconds'): number[] {
  return runs.flatMap((run: Run) => run[measure] ?? []);
}

export function medianOf(result: Result, measure: Measure = 'seconds'): number {
  return median(valuesOf(result, measure));
}

/** The fastest of them, if any of them has times. */
export function fastest(
  results: readonly Result[],
  measure: Measure = 'seconds',
): Result | undefined {
  const timed = results.filter((result) => valuesOf(result, measure).length > 0);
  return timed.sort((one, other) => medianOf(one, measure) - medianOf(other, measure))[0];
}

export interface Ratio {
  readonly ratio: number;
  /** The least and the greatest of the rounds' own ratios. */
  readonly range: readonly [number, number];
  /** The other one was stopped before it had ended, so that the ratio is less than this. */
  readonly atMost?: true;
}

/** Of medians, ours to theirs. */
export function compare(ours: Result, theirs: Result, measure: Measure = 'seconds'): Ratio {
  const [own, other] = [valuesOf(ours, measure), valuesOf(theirs, measure)];
  const rounds = Math.min(own.length, other.length);
  const ratios = Array.from({ length: rounds }, (_, i) => (own[i] ?? NaN) / (other[i] ?? NaN));
  return {
    ratio: median(own) / median(other),
    range: [Math.min(...ratios), Math.max(...ratios)],
  };
}

export function oursIn({ results }: RowResult): Result | undefined {
  return results.find(({ tool, reason }) => tool === 'collect-static' && reason === undefined);
}

/** What AWS asks for them in us-east-1 (S3 Standard), in dollars. Deletes are free. */
export function costOf(requests: Counts): number {
  const dear = /^(?:PUT|COPY|POST|LIST)/;
  const costs = Object.entries(requests).map(([kind, count]) => {
    if (kind === 'DELETE') return 0;
    return (count / 1000) * (dear.test(kind) ? 0.005 : 0.0004);
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}
