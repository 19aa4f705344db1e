import http from 'node:http';
import https from 'node:https';

const waitAtMost = 60_000;

export interface Fetched {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** As it came, whatever its encoding. */
  readonly body: Buffer;
}

/** One request as a browser sends it for a file of a page. */
export function fetchOnce(
  url: string,
  { origin, signal }: { readonly origin: string; readonly signal: AbortSignal },
): Promise<Fetched> {
  const headers = { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', origin };
  const options = { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(waitAtMost)]) };
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? https.get(url, options) : http.get(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (!response.complete) reject(new Error('the answer was cut off'));
        const body = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
  });
}
