import fc from 'fast-check';
import { expect, it } from 'vitest';
import { componentsOf } from '../../../../src/processors/rewrite/components.ts';

const graphs = fc
  .integer({ min: 1, max: 9 })
  .chain((size) =>
    fc.array(fc.array(fc.nat(size - 1), { maxLength: 4 }), { minLength: size, maxLength: size }),
  )
  .map((edges) => new Map(edges.map((to, from) => [String(from), to.map(String)])));

/** All that a node leads to, by walking. */
function reachable(graph: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [...(graph.get(from) ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...(graph.get(node) ?? []));
  }
  return seen;
}

it('puts two nodes together exactly if each leads to the other', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const components = componentsOf(graph.keys(), (node) => graph.get(node) ?? []);
      expect(components.flat().sort()).toEqual([...graph.keys()].sort());
      const homeOf = new Map(components.flatMap((nodes, i) => nodes.map((node) => [node, i])));
      for (const a of graph.keys()) {
        for (const b of graph.keys()) {
          const both = reachable(graph, a).has(b) && reachable(graph, b).has(a);
          expect(homeOf.get(a) === homeOf.get(b)).toBe(a === b || both);
        }
      }
    }),
  );
});

it('gives what others lead to before them', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const components = componentsOf(graph.keys(), (node) => graph.get(node) ?? []);
      const placeOf = new Map(components.flatMap((nodes, i) => nodes.map((node) => [node, i])));
      for (const [from, targets] of graph) {
        for (const to of targets) {
          expect(placeOf.get(to) ?? 0).toBeLessThanOrEqual(placeOf.get(from) ?? 0);
        }
      }
    }),
  );
});

it('follows a chain that is longer than the stack', () => {
  const nodes = Array.from({ length: 50_000 }, (_, i) => String(i));
  const components = componentsOf(nodes, (node) =>
    node === '49999' ? [] : [String(Number(node) + 1)],
  );
  expect(components).toHaveLength(50_000);
  expect(components[0]).toEqual(['49999']);
});
