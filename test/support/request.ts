import { get } from 'node:http';

export interface Answer {
  readonly status: number | undefined;
  readonly encoding: string | undefined;
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** An answer as it comes: nothing is decoded. */
export function request(url: string, accept: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': accept }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { 'content-encoding': encoding, 'content-type': type } = response.headers;
        resolve({ status: response.statusCode, encoding, type, body: Buffer.concat(chunks) });
      });
    }).on('error', reject);
  });
}
