import http from 'node:http';
import https from 'node:https';
import type { Agents } from '../backends/s3/proxy.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Message {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request and its whole answer. */
export function sendOnce(
  url: string,
  { method, headers, body }: Message,
  { agents, signal }: { readonly agents: Agents; readonly signal: AbortSignal },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? https.request(url, { method, headers, agent: agents.https, signal })
      : http.request(url, { method, headers, agent: agents.http, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
    });
    request.end(body);
  });
}
