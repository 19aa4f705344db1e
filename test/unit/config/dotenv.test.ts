import { describe, expect, it } from 'vitest';
import { parseDotenv } from '../../../src/config/dotenv.ts';

const parse = (text: string) => Object.fromEntries(parseDotenv(text));

// python-decouple, decouple.py, class RepositoryEnv
describe('.env lines are read as python-decouple reads them', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['  A  =  1  ', { A: '1' }],
    ['# A=1', {}],
    ['', {}],
    ['no equals sign', {}],
    ['A=b=c', { A: 'b=c' }],
    ['A=', { A: '' }],
    ['A="x y"', { A: 'x y' }],
    ["A='x'", { A: 'x' }],
    ['A="x', { A: '"x' }],
    ['A="x\'', { A: '"x\'' }],
    ['A="', { A: '"' }],
    ['A=""', { A: '' }],
    ['A=x # kept', { A: 'x # kept' }],
    ['A=$B', { A: '$B' }],
    ['export A=1', { 'export A': '1' }],
    ['A={"k": "v"}', { A: '{"k": "v"}' }],
    ['A=1\nA=2', { A: '2' }],
  ])('%j', (line, variables) => {
    expect(parse(line)).toEqual(variables);
  });

  it('tolerates a byte order mark and Windows line ends', () => {
    expect(parse('\uFEFFA=1\r\nB=2\r\n')).toEqual({ A: '1', B: '2' });
  });

  it('keeps __proto__ a name like any other', () => {
    expect(parseDotenv('__proto__=x').get('__proto__')).toBe('x');
  });
});
