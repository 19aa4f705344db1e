import { explanations } from '../explanations/index.ts';
import type { Warning } from '../types.ts';
import type { Setting } from './settings.ts';
import type { TargetSettings } from './target.ts';

/** A stray `.env` must not send a deploy elsewhere unnoticed. */
export function notesOf(backend: string, settings: TargetSettings): readonly string[] {
  const endpoint = settings.get('s3.endpoint');
  if (backend !== 's3' || endpoint?.origin.layer !== '.env') return [];
  return [`endpoint ${String(endpoint.value)} from ${endpoint.origin.label}`];
}

/** Production never becomes a local copy in silence. */
export function warnLocal(
  backend: string,
  dir: string,
  settings: TargetSettings,
  machine: string | undefined,
): readonly Warning[] {
  if (backend !== 'local' || settings.has('backend')) return [];
  const hint = explanations.BACKEND_DEFAULTED_IN_CI.fix;
  const bucket = settings.get('s3.bucket');
  const warnings: Warning[] = [];
  if (machine !== undefined) {
    const message = `${machine} is set, but no backend is: files are copied to ${dir}`;
    warnings.push({ code: 'BACKEND_DEFAULTED_IN_CI', message, hint });
  }
  if (bucket !== undefined) {
    const message = `the bucket ${String(bucket.value)} (${bucket.origin.label}) is not used: the backend is local, as none is set`;
    warnings.push({ code: 'BUCKET_NOT_USED', message, hint });
  }
  return warnings;
}

export function warnProfile(backend: string, profile: Setting | undefined): readonly Warning[] {
  if (backend === 'local' || profile === undefined) return [];
  const message = `the profile ${String(profile.value)} (${profile.origin.label}) is not used: access keys of higher precedence are set`;
  return [{ code: 'PROFILE_NOT_USED', message }];
}
