// What a run tells: as it goes on, and at its end.

import type { Encoding } from './files.ts';
import type { Action, Outcome, Plan } from './plan.ts';

export interface Counts {
  /** Files taken from sources, shadowed included. */
  readonly found: number;
  readonly uploaded: number;
  /** Headers changed by a copy. */
  readonly updated: number;
  readonly skipped: number;
  readonly deleted: number;
  readonly failed: number;
  readonly notRun: number;
  readonly ignored: number;
  readonly shadowed: number;
  readonly refused: number;
}

/** Something the user should know that does not stop the run. */
export interface Warning {
  /** Stable, SCREAMING_SNAKE. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Keys or paths concerned; shown shortened. */
  readonly subjects?: readonly string[];
}

/** Files that compressing pays for with one encoding, and their bytes before and after. */
export interface Compressed {
  readonly files: number;
  readonly before: number;
  readonly after: number;
}

/** What compressing came to, over the files that it pays for. */
export interface Compression extends Compressed {
  /** Results made in this run, and found in the cache; what turned out not to pay is among them. */
  readonly made: number;
  readonly cached: number;
  /** The same for each encoding: the sums count a file that has two twins twice. */
  readonly encodings: Readonly<Partial<Record<Encoding, Compressed>>>;
}

/** What a CDN is told to forget, and what became of that. */
export interface Invalidation {
  /** For people: "CloudFront E1A2B3C4D5E6F7". */
  readonly cdn: string;
  /** As the CDN takes them. */
  readonly paths: readonly string[];
  /** What it costs, unless it is free. */
  readonly mostDollars: number;
  readonly status: 'planned' | 'accepted' | 'completed' | 'failed';
  /** Of the CDN. */
  readonly id?: string;
  readonly error?: Error;
}

export interface Report {
  readonly target: string;
  readonly destination: string;
  readonly dryRun: boolean;
  readonly outcomes: readonly Outcome[];
  readonly counts: Counts;
  readonly bytes: { readonly uploaded: number };
  /** Undefined where nothing was to be compressed. */
  readonly compression?: Compression | undefined;
  readonly acl: 'applied' | 'dropped' | 'none';
  /** Undefined where no CDN had to be told anything. */
  readonly invalidation?: Invalidation | undefined;
  readonly warnings: readonly Warning[];
  readonly durationMs: number;
  readonly exitCode: number;
}

/** What one directory entry came to. Every entry seen gets exactly one. */
export type Verdict =
  | { readonly type: 'found'; readonly name: string; readonly path: string }
  | { readonly type: 'shadowed'; readonly name: string; readonly path: string; readonly by: string }
  | { readonly type: 'ignored'; readonly path: string; readonly why: string }
  | ({ readonly type: 'refused' } & Refusal);

/** Why an entry keeps the run from starting. Never holds any of the secret itself. */
export interface Refusal {
  readonly path: string;
  readonly why: string;
  /** The guard's rule. */
  readonly rule?: string;
  /** Where in the file, from 1, and what stands there as far as it may be shown. */
  readonly line?: number;
  readonly column?: number;
  readonly excerpt?: string;
  /** What to do about it. */
  readonly past?: string;
}

/** Why something is tried again. */
export type WaitReason = 'throttled' | 'server error' | 'connection' | 'unproved answer';

export type CollectEvent =
  | {
      readonly type: 'begin';
      readonly target: string;
      readonly destination: string;
      readonly dryRun: boolean;
      /** Extra facts for the first line: an endpoint that came from `.env`, the config file. */
      readonly notes: readonly string[];
    }
  | Verdict
  | { readonly type: 'warning'; readonly warning: Warning }
  | {
      readonly type: 'planned';
      readonly plan: Plan;
      readonly destination: string;
      readonly dryRun: boolean;
    }
  /** Compressing goes on: told every second while that lasts, at last with 0 ms, whether all were done or not. */
  | {
      readonly type: 'compressing';
      /** Files that it is over for, and their bytes before. */
      readonly files: number;
      readonly ofFiles: number;
      readonly bytes: number;
      readonly ofBytes: number;
      readonly forMs: number;
    }
  /** Everything that pays is compressed. */
  | { readonly type: 'compressed'; readonly compression: Compression }
  /** The plan of one target begins to be carried out; with several targets, all are planned before. */
  | { readonly type: 'applying'; readonly target: string; readonly plan: Plan }
  | { readonly type: 'started'; readonly action: Action }
  | { readonly type: 'finished'; readonly outcome: Outcome }
  /** Requests have failed and are tried again: told every second while that lasts, at last with 0 requests. */
  | {
      readonly type: 'waiting';
      /** What keeps most of them. */
      readonly why: WaitReason;
      readonly requests: number;
      /** Since the first failure of the one that has waited longest. */
      readonly forMs: number;
    }
  /** Another deploy to the same destination is waited for. */
  | { readonly type: 'locked'; readonly text: string }
  /** What a CDN is told, or in a dry run would be. */
  | { readonly type: 'invalidation'; readonly invalidation: Invalidation }
  | { readonly type: 'report'; readonly report: Report };

export type Listener = (event: CollectEvent) => void;
