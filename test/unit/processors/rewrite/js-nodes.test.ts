import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AnyNode, type Options, parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import { NodeParser } from '../../../../src/processors/rewrite/js-nodes.ts';

const options = { ecmaVersion: 'latest', allowReturnOutsideFunction: true } as const;
const modules: Options = { ...options, sourceType: 'module' };
const scripts: Options = { ...options, sourceType: 'script' };

/** Nodes of the kinds that name a file, and where they stand. */
const naming = /^(?:ImportExpression|NewExpression|CallExpression|MetaProperty)$/;
const describeNode = ({ type, start, end }: AnyNode) => `${start}-${end} ${type}`;
const names = (node: AnyNode) => naming.test(node.type) || ('source' in node && node.source);

/** All that are in the tree that acorn makes. */
function inTree(text: string, how: Options): string[] {
  const found = new Set<AnyNode>();
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node = value as AnyNode;
    if (names(node)) found.add(node);
    Object.values(node).forEach(visit);
  };
  visit(parse(text, how));
  return [...found].map(describeNode).sort();
}

function read(text: string, how: Options): string[] {
  const found: string[] = [];
  NodeParser.read(text, how, (node) => {
    if (names(node)) found.push(describeNode(node));
  });
  return found.sort();
}

const errorOf = (action: () => unknown): string => {
  try {
    action();
    return 'none';
  } catch (error) {
    return String(error);
  }
};

describe('the nodes told of are those of the tree', () => {
  it.each(['acorn', 'css-tree', 'commander', 'htmlparser2', 'undici', 'vitest', 'rolldown'])(
    'in the main file of %s',
    async (name) => {
      const file = createRequire(import.meta.url).resolve(name);
      const text = await readFile(file, 'utf8');
      const how = /^(?:import|export)\b/m.test(text) ? modules : scripts;
      expect(inTree(text, how)).not.toEqual([]);
      expect(read(text, how)).toEqual(inTree(text, how));
    },
  );

  it.each([
    'async(import("a"));async(b=import("c"))=>import("d");({e=import("f")}={});[g=new URL(h)]=i',
    'for(const{a=f()}of g(import("b")));label:for(;;)if(c())continue label;else new D(e())',
    'export const a=b(),c=new D;export class C{}export default class extends e(){[f()]=g();static{h()}}export*from"i"',
    'export default function(a=b()){return c()}export{d}from"e";import f from"g";import.meta.url',
    'switch(a()){case b():c();default:new D}try{e()}catch({f=g()}){h()}finally{i()}',
  ])('in %s', (text) => {
    expect(read(text, modules)).toEqual(inTree(text, modules));
  });
});

it.each([
  'export const a=1,b=2;export{a}',
  'export function a(){}export{a}',
  'export class a{}export{a}',
  'function f(){"use strict";with(a);}',
  '"use strict";a=010',
  '"use strict";"a";var b;delete b',
  'function f(a,a){"use strict"}',
  'let a;var a',
  'label:label:;',
  'break',
  'class A{constructor(){}constructor(){}}',
])('is refused for the same reason as by acorn: %s', (text) => {
  for (const how of [modules, scripts]) {
    expect(errorOf(() => read(text, how))).toBe(errorOf(() => parse(text, how)));
  }
  expect(errorOf(() => read(text, modules))).not.toBe('none');
});
