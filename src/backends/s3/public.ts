import http from 'node:http';
import https from 'node:https';
import { errnoOf } from '../../errors.ts';
import { explanations } from '../../explanations/index.ts';
import { bucketPolicy } from '../../policy.ts';
import type { UrlOptions, Warning } from '../../types.ts';
import type { Agents } from './proxy.ts';
import type { Connection } from './client.ts';
import { publicUrl } from './url.ts';

const waitAtMost = 10_000;

/** Asks for the object as a browser would, without credentials. */
export async function checkPublic(
  { s3, agents }: Pick<Connection, 's3' | 'agents'>,
  url: UrlOptions,
  key: string,
  signal: AbortSignal | undefined,
): Promise<Warning | undefined> {
  const address = publicUrl(s3, url, s3.region, key);
  let status: number;
  try {
    status = await statusOf(address, agents, signal);
  } catch (error) {
    return {
      code: 'PUBLIC_CHECK_FAILED',
      message: `could not find out whether ${address} is public (${reasonOf(error)})`,
      hint: explanations.PUBLIC_CHECK_FAILED.fix,
    };
  }
  if (status >= 200 && status < 300) return undefined;
  if (![401, 403, 404].includes(status)) {
    return {
      code: 'PUBLIC_CHECK_FAILED',
      message: `could not find out whether ${address} is public (HTTP ${status})`,
      hint: explanations.PUBLIC_CHECK_FAILED.fix,
    };
  }
  return {
    code: 'NOT_PUBLIC',
    message: `${address} cannot be read by the public (HTTP ${status})`,
    hint: `${url.domain === undefined ? '' : `check that ${url.domain} serves the bucket; `}allow public reading with this bucket policy:\n${JSON.stringify(bucketPolicy(s3), null, 2)}`,
    subjects: [key],
  };
}

/** The status line is enough: the body is not read. */
function statusOf(
  address: string,
  agents: Agents,
  signal: AbortSignal | undefined,
): Promise<number> {
  const timeout = AbortSignal.timeout(waitAtMost);
  const options = { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) };
  return new Promise((resolve, reject) => {
    const request = address.startsWith('https:')
      ? https.get(address, { ...options, agent: agents.https })
      : http.get(address, { ...options, agent: agents.http });
    request.on('error', reject);
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.on('error', () => undefined);
      request.destroy();
    });
  });
}

function reasonOf(error: unknown): string {
  const name = error instanceof Error ? error.name : 'Error';
  return name === 'AbortError' ? 'no answer in time' : (errnoOf(error) ?? name);
}
