import { S3Error } from './errors.ts';
import type { Fault, FaultRequest } from './types.ts';

const STATUS_OF: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  InternalError: 500,
  RequestTimeTooSkewed: 403,
  ServiceUnavailable: 503,
  SlowDown: 503,
  Throttling: 503,
};
const CODE_OF: Readonly<Record<number, string>> = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  409: 'OperationAborted',
  503: 'SlowDown',
};

/** How a fault answers instead of the store; `undefined` if the store's own answer goes out. */
export function answerOf(
  fault: Fault,
): { readonly status: number; readonly body: string } | S3Error | undefined {
  const { status, code, body, message } = fault;
  if (status === undefined && code === undefined && body === undefined) return undefined;
  if (body !== undefined) return { status: status ?? 200, body };
  if (status !== undefined && status < 300 && code === undefined) return { status, body: '' };
  const real = status ?? STATUS_OF[code ?? ''] ?? 400;
  const name = code ?? CODE_OF[real] ?? (real < 500 ? 'InvalidRequest' : 'InternalError');
  return new S3Error(real, name, message ?? 'Made up by the fault hook.');
}

/** Whether the store does what was asked before the fault shows. */
export function carriesOut(fault: Fault | undefined): boolean {
  if (fault === undefined || fault.storeAnyway === true) return true;
  return fault.reset !== true && fault.hang !== true && answerOf(fault) === undefined;
}

/** Counts the requests for the same thing. */
export function createAttempts(): {
  readonly count: (request: Omit<FaultRequest, 'attempt'>) => number;
  readonly clear: () => void;
} {
  const counts = new Map<string, number>();
  return {
    count({ op, bucket, key, query }) {
      const id = JSON.stringify([op, bucket, key, query['partNumber']]);
      const attempt = (counts.get(id) ?? 0) + 1;
      counts.set(id, attempt);
      return attempt;
    },
    clear: () => {
      counts.clear();
    },
  };
}
