/** A collected file. The order of a list of them is the one in which Django's finders would give them. */
export interface DjangoSource {
  readonly name: string;
  /** What a refusal calls it: its path on disk; without one, its name. */
  readonly path?: string | undefined;
  readonly size: number;
  /** Of the source's bytes, in hex. */
  readonly md5: string;
  /** Its bytes; asked for at most twice. */
  read(): Promise<Buffer>;
}

/** Files read at once, and the bytes that they may have together; a larger file is read alone. */
const most = { files: 16, bytes: 16 * 2 ** 20 };

/** Reads these files, some at once, and uses them one by one in the given order. */
export async function readInOrder(
  files: readonly DjangoSource[],
  order: readonly number[],
  use: (file: DjangoSource, bytes: Buffer, index: number) => void,
): Promise<void> {
  let batch: { file: DjangoSource; index: number }[] = [];
  let size = 0;
  const flush = async () => {
    const contents = await Promise.all(batch.map(({ file }) => file.read()));
    for (const [i, { file, index }] of batch.entries()) use(file, contents[i] ?? noBytes, index);
    batch = [];
    size = 0;
  };
  for (const index of order) {
    const file = files[index];
    if (file === undefined) continue;
    if (batch.length === most.files || size + file.size > most.bytes) await flush();
    batch.push({ file, index });
    size += file.size;
  }
  await flush();
}

const noBytes = Buffer.alloc(0);
