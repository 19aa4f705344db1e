/**
 * What `run` makes of each item, in their order; at most `most` run at once. What waits is an index and not a promise:
 * a hundred thousand of those take more memory than the files they are about. After a failure nothing more begins; it
 * is thrown when everything that had begun has ended.
 */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  most: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  let next = 0;
  const results: Result[] = [];
  const failures: unknown[] = [];
  const work = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next;
      next += 1;
      try {
        results[index] = await run(items[index] as Item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  for (const failure of failures) throw failure;
  return results;
}
