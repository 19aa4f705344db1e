import { realpath } from 'node:fs/promises';
import { openCompressed } from './compressed.ts';
import { createPieces } from './edits.ts';
import { CollectError } from './errors.ts';
import { changed, findFile, openFile, unreadable, type OpenContent } from './open-file.ts';
import type { Content, EditedContent, FileContent } from './types.ts';

/** Bytes of the content. */
export function sizeOf(content: Content): number {
  return content.kind === 'bytes' ? content.bytes.byteLength : content.size;
}

/** The file that the bytes come from; undefined for generated ones. */
export function sourceOf(content: Content): FileContent | undefined {
  const plain = content.kind === 'compressed' ? content.of : content;
  if (plain.kind === 'bytes') return undefined;
  return plain.kind === 'edited' ? plain.source : plain;
}

/** The content as it is now: what changed or was replaced while it was read may be read again. */
export async function findAgain(content: Content): Promise<Content> {
  if (content.kind === 'bytes') return content;
  // Its edits, or its digests, are of what was there.
  if (content.kind === 'edited') throw changed(content.source.path);
  if (content.kind === 'compressed') throw changed(sourceOf(content)?.path ?? 'a generated file');
  const { path } = content;
  try {
    const file = await findFile(path);
    if (file === undefined || (await realpath(path)) !== path) throw changed(path);
    return { kind: 'file', ...file };
  } catch (error) {
    throw error instanceof CollectError ? error : unreadable(path, error);
  }
}

/** All bytes of a content. @throws CollectError SOURCE_VANISHED, SOURCE_CHANGED, SOURCE_UNREADABLE */
export async function readContent(content: Content, signal?: AbortSignal): Promise<Buffer> {
  if (content.kind === 'bytes') return Buffer.from(content.bytes);
  const file = await openContent(content, signal);
  try {
    const bytes = await file.read(0, file.size);
    await file.verify();
    return bytes;
  } finally {
    await file.close();
  }
}

/**
 * Opens a content for positional reads: the file that was found, in the state it was found in, at the place
 * it was found at, or none. What must be compressed for that stops at the signal. @throws CollectError as readContent
 */
export async function openContent(content: Content, signal?: AbortSignal): Promise<OpenContent> {
  if (content.kind === 'compressed') {
    return openCompressed(content, { open: openContent, signal });
  }
  if (content.kind === 'bytes') return openBytes(content.bytes);
  return content.kind === 'edited' ? openEdited(content) : openFile(content);
}

async function openEdited({ source, edits, size }: EditedContent): Promise<OpenContent> {
  const file = await openFile(source);
  const { bytes: whole } = file;
  const verify = () => file.verify();
  const close = () => file.close();
  const piecesOf = createPieces(edits, source.size);
  const read = async (from: number, to: number) => {
    const pieces = piecesOf(from, to);
    // One read for all of them: what the edits leave out in between is little.
    const kept = pieces.filter((piece) => 'start' in piece);
    const start = kept[0]?.start ?? 0;
    const bytes = await file.read(start, kept.at(-1)?.end ?? start);
    return Buffer.concat(
      pieces.map((piece) =>
        'bytes' in piece ? piece.bytes : bytes.subarray(piece.start - start, piece.end - start),
      ),
    );
  };
  if (whole === undefined) return { size, read, verify, close };
  const bytes = await read(0, size);
  return {
    size,
    bytes,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    verify,
    close,
  };
}

function openBytes(given: Uint8Array): OpenContent {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  return {
    size: bytes.length,
    bytes,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    verify: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
