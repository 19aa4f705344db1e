import http from 'node:http';
import https from 'node:https';

export interface Message {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** As it came, whatever its encoding. */
  readonly body: Buffer;
}

export interface Sending {
  /** Without these, a connection of Node's own. */
  readonly agents?: { readonly http: http.Agent; readonly https: http.Agent };
  readonly signal: AbortSignal;
}

/** One request and its whole answer. */
export function sendOnce(
  url: string,
  { method, headers, body = '' }: Message,
  { agents, signal }: Sending,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? https.request(url, { method, headers, agent: agents?.https, signal })
      : http.request(url, { method, headers, agent: agents?.http, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (!response.complete) reject(new Error('the answer was cut off'));
        const answer = { headers: response.headers, body: Buffer.concat(chunks) };
        resolve({ status: response.statusCode ?? 0, ...answer });
      });
    });
    request.end(body);
  });
}
