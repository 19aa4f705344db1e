/**
 * The strongly connected components of a graph (Tarjan 1972), each after all that it leads to: what depends on nothing
 * comes first. Nodes in a cycle are in one component. Iterative, because a chain of imports may be longer than the stack.
 */
export function componentsOf(
  nodes: Iterable<string>,
  edgesOf: (node: string) => readonly string[],
): string[][] {
  const components: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();

  const enter = (node: string): Visit => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, edges: edgesOf(node), next: 0 };
  };
  const reach = (node: string, other: number) => {
    low.set(node, Math.min(low.get(node) ?? 0, other));
  };

  for (const root of nodes) {
    if (index.has(root)) continue;
    const path = [enter(root)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const target = visit.edges[visit.next];
      visit.next += 1;
      if (target !== undefined) {
        if (!index.has(target)) path.push(enter(target));
        else if (isOpen.has(target)) reach(visit.node, index.get(target) ?? 0);
        continue;
      }
      path.pop();
      const lowest = low.get(visit.node) ?? 0;
      const from = path.at(-1);
      if (from !== undefined) reach(from.node, lowest);
      if (lowest !== index.get(visit.node)) continue;
      const component = open.splice(open.lastIndexOf(visit.node));
      for (const node of component) isOpen.delete(node);
      components.push(component);
    }
  }
  return components;
}

interface Visit {
  readonly node: string;
  readonly edges: readonly string[];
  next: number;
}
