import { describe, expect, it } from 'vitest';
import { parseShard } from '../../src/shard.ts';

describe('parseShard', () => {
  it.each([
    ['1/4', {}, 1, 4],
    ['4/4', {}, 4, 4],
    ['auto/8', { JOB_COMPLETION_INDEX: '0' }, 1, 8],
    ['auto/8', { JOB_COMPLETION_INDEX: '7' }, 8, 8],
    ['auto', { AWS_BATCH_JOB_ARRAY_INDEX: '2', AWS_BATCH_JOB_ARRAY_SIZE: '3' }, 3, 3],
    ['auto', { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '5' }, 1, 5],
    ['auto', { CI_NODE_INDEX: '5', CI_NODE_TOTAL: '5' }, 5, 5],
    ['2/3', { CI_NODE_INDEX: '5', CI_NODE_TOTAL: '5' }, 2, 3],
  ])('reads %s, with %o as %i of %i', (text, env, index, count) => {
    expect(parseShard(text, env)).toEqual({ index, count });
  });

  it.each([
    ['0/4', {}, /shard 0 of 4/],
    ['5/4', {}, /shard 5 of 4/],
    ['1/0', {}, /shard 1 of 0/],
    ['one/4', {}, /one is no whole number/],
    ['4', {}, /is not i\/n, auto or auto\/n/],
    ['1/2/3', {}, /is not i\/n, auto or auto\/n/],
    ['auto', {}, /none of JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX, CI_NODE_INDEX/],
    ['auto', { CI_NODE_TOTAL: '1' }, /none of/],
    ['auto', { JOB_COMPLETION_INDEX: '0' }, /Kubernetes does not tell how many.*auto\/n/],
    ['auto/2', { JOB_COMPLETION_INDEX: '0', CI_NODE_INDEX: '1' }, /more than one of/],
    ['auto/2', { JOB_COMPLETION_INDEX: '2' }, /shard 3 of 2/],
    ['auto', { CI_NODE_INDEX: '1' }, /GitLab does not tell/],
  ])('refuses %s, with %o', (text, env, message) => {
    expect(() => parseShard(text, env)).toThrow(message);
  });
});
