import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { CollectError, errnoOf } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import { byCodePoint } from './keys.ts';

const format = 'collect-static plan';
/** Number of the format. Readers ignore fields they do not know, and refuse another number. */
const version = 1;

const Headers = v.record(v.string(), v.union([v.string(), v.record(v.string(), v.string())]));

const PlannedAction = v.object({
  action: v.string(),
  key: v.string(),
  reason: v.string(),
  /** Of the bytes to be stored. */
  sha256: v.exactOptional(v.string()),
  size: v.exactOptional(v.number()),
  headers: v.exactOptional(Headers),
  /** What is stored there when the plan is made. */
  was: v.exactOptional(
    v.object({
      size: v.number(),
      etag: v.exactOptional(v.string()),
      modified: v.exactOptional(v.string()),
    }),
  ),
});

const TargetPlan = v.object({
  target: v.string(),
  /** `s3://BUCKET/LOCATION/`; of a local directory its path from the config's folder. */
  destination: v.string(),
  /** How many files there will be, and a hash over the key, bytes, headers and ACL of each. */
  files: v.object({ count: v.number(), sha256: v.string() }),
  /** The ETag of the release record that it was decided by; null where there was none. */
  record: v.nullable(v.string()),
  /** What is to be done. Steps run one after another; what is unchanged is in none. */
  steps: v.array(v.array(PlannedAction)),
});

/** What a run was told on its command line that decides what it does, and is no place. */
const PlanFlags = v.object({
  acceptDeletes: v.exactOptional(v.string()),
  acceptShrink: v.exactOptional(v.boolean()),
  all: v.exactOptional(v.boolean()),
  clear: v.exactOptional(v.boolean()),
  compress: v.exactOptional(v.union([v.string(), v.boolean()])),
  force: v.exactOptional(v.boolean()),
  hash: v.exactOptional(v.boolean()),
  link: v.exactOptional(v.boolean()),
  prune: v.exactOptional(v.boolean()),
  target: v.exactOptional(v.string()),
  trustRecord: v.exactOptional(v.boolean()),
});

const Document = v.object({ flags: PlanFlags, targets: v.array(TargetPlan) });

export type PlannedAction = Readonly<v.InferOutput<typeof PlannedAction>>;
export type TargetPlan = Readonly<v.InferOutput<typeof TargetPlan>>;
export type PlanFlags = Readonly<v.InferOutput<typeof PlanFlags>>;
export type PlanFile = Readonly<v.InferOutput<typeof Document>>;

/** Only those of the flags that a plan remembers. */
export function pickPlanFlags(flags: object): PlanFlags {
  return v.parse(PlanFlags, flags);
}

/** JSON with its keys in order and a line for each action, so that two plans can be compared by eye and by `diff`. */
export function encodePlan({ flags, targets }: PlanFile): string {
  const blocks = targets.map(({ steps, ...rest }) => {
    const lines = steps.map((step) => list(step.map(inOrder), '     '));
    const fields = [
      ...Object.entries(rest).map(([name, value]) => [name, inOrder(value)] as const),
      ['steps', list(lines, '    ')] as const,
    ].sort(([a], [b]) => byCodePoint(a, b));
    return `{\n${fields.map(([name, text]) => `   "${name}": ${text}`).join(',\n')}\n  }`;
  });
  return [
    '{',
    ` "flags": ${inOrder(flags)},`,
    ` "format": "${format}",`,
    ` "targets": ${list(blocks, '  ')},`,
    ` "version": ${version}`,
    '}\n',
  ].join('\n');
}

function list(texts: readonly string[], indent: string): string {
  if (texts.length === 0) return '[]';
  return `[\n${texts.map((text) => indent + text).join(',\n')}\n${indent.slice(1)}]`;
}

function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => byCodePoint(a, b)))
      : one,
  );
}

/** @throws CollectError PLAN_INVALID */
export async function readPlan(path: string): Promise<PlanFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw invalid(`${path} cannot be read (${errnoOf(cause) ?? 'error'})`, cause);
  });
  return parsePlan(text, path);
}

/** `path`: for messages. @throws CollectError PLAN_INVALID */
export function parsePlan(text: string, path: string): PlanFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} is no JSON`, cause);
  }
  const marks = v.safeParse(v.object({ format: v.literal(format), version: v.number() }), value);
  if (!marks.success) throw invalid(`${path} is no plan of collect-static`);
  if (marks.output.version !== version) {
    throw invalid(`${path} is of format ${marks.output.version}; this version knows ${version}`);
  }
  const parsed = v.safeParse(Document, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw invalid(`${path} is damaged: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}

function invalid(message: string, cause?: unknown): CollectError {
  return new CollectError('PLAN_INVALID', message, { ...detailsOf('PLAN_INVALID'), cause });
}
