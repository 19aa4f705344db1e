import { S3Error } from './errors.ts';

export interface ChunkDecoder {
  push(chunk: Buffer): void;
  /** Complete only after the last chunk and its trailers. */
  finish(): Record<string, string>;
}

/**
 * Takes the framing of `Content-Encoding: aws-chunked` off. Chunk signatures (STREAMING-AWS4-HMAC-SHA256-PAYLOAD, which
 * the JavaScript SDK never sends) are read over, not verified.
 */
export function createChunkDecoder(emit: (data: Buffer) => void): ChunkDecoder {
  const trailers: Record<string, string> = {};
  let state: 'size' | 'data' | 'data-end' | 'trailers' | 'done' = 'size';
  let line = '';
  let left = 0;

  function readLine(text: string): void {
    if (state === 'size') {
      const size = /^([\da-f]+)(?:;.*)?$/i.exec(text)?.[1];
      if (size === undefined) throw incomplete();
      left = parseInt(size, 16);
      state = left === 0 ? 'trailers' : 'data';
    } else if (state === 'data-end') {
      if (text !== '') throw incomplete();
      state = 'size';
    } else if (text === '') {
      state = 'done';
    } else {
      const colon = text.indexOf(':');
      if (colon < 1) throw malformedTrailer();
      trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
    }
  }

  return {
    push(chunk) {
      let offset = 0;
      while (offset < chunk.length && state !== 'done') {
        if (state === 'data') {
          const data = chunk.subarray(offset, offset + left);
          emit(data);
          offset += data.length;
          left -= data.length;
          if (left === 0) state = 'data-end';
          continue;
        }
        const newline = chunk.indexOf(10, offset);
        const end = newline === -1 ? chunk.length : newline + 1;
        line += chunk.toString('latin1', offset, end);
        offset = end;
        if (newline === -1) continue;
        const text = line.replace(/\r?\n$/, '');
        line = '';
        readLine(text);
      }
    },
    finish() {
      // After the last trailer some clients send one CRLF and some two.
      if (state !== 'done' && !(state === 'trailers' && line === '')) throw incomplete();
      return trailers;
    },
  };
}

function incomplete(): S3Error {
  return new S3Error(
    400,
    'IncompleteBody',
    'The request body terminated unexpectedly or its chunks are malformed',
  );
}

function malformedTrailer(): S3Error {
  return new S3Error(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
}
