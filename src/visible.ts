import type { Backend, PutOptions } from './backends/backend.ts';
import { explanations } from './explanations/index.ts';
import type { CollectEvent, Config, Listener, Outcome, Warning } from './types.ts';

// Whether visitors will be able to read what is put.

/** Says once, when it happens, that the store takes no ACLs. */
export function watchAcl(on: Listener, warn: (warning: Warning) => void): Listener {
  let told = false;
  return (event: CollectEvent) => {
    on(event);
    if (told || event.type !== 'finished' || event.outcome.status !== 'done') return;
    if (event.outcome.result?.acl !== 'dropped') return;
    told = true;
    warn({
      code: 'ACL_DROPPED',
      message: explanations.ACL_DROPPED.what,
      hint: explanations.ACL_DROPPED.fix,
    });
  };
}

/** Looks at one uploaded object as any visitor would, where visitors are meant to see it. */
export async function checkPublic(
  config: Config,
  outcomes: readonly Outcome[],
  backend: Backend | undefined,
  options: PutOptions,
): Promise<Warning | undefined> {
  if (!isMeantPublic(config) || options.signal?.aborted === true) return undefined;
  const sample = outcomes.find(
    ({ status, action }) => status === 'done' && action.type === 'upload',
  );
  return sample && backend?.checkPublic?.(sample.action.key, options);
}

/** By a public ACL, or by a policy where there is none. */
function isMeantPublic({ url, s3 }: Config): boolean {
  return !url.signed && ['auto', 'none', 'public-read', 'public-read-write'].includes(s3.acl);
}
