/**
 * Stands in a text for a hash that is not known yet. It is made of lone surrogates, which no text and no name has,
 * and Django's patterns take it for nothing but what they would take a hash for.
 */
export interface Marker {
  /** Of the bytes as they will be stored, or of the source's own. */
  readonly of: 'stored' | 'source';
  /** The file's place in the list of files. */
  readonly index: number;
}

const marker = /\udc00([sr])(\d+)\udc01/g;

export function markerText({ of, index }: Marker): string {
  return `\udc00${of === 'stored' ? 's' : 'r'}${index}\udc01`;
}

export function markersIn(text: string): readonly Marker[] {
  return Array.from(text.matchAll(marker), ([, letter, index]) => read(letter, index));
}

/** The text with a hash for every marker. */
export function fillMarkers(text: string, hashOf: (marker: Marker) => string): string {
  return text.replace(marker, (_, letter: string, index: string) => hashOf(read(letter, index)));
}

function read(letter: string | undefined, index: string | undefined): Marker {
  return { of: letter === 's' ? 'stored' : 'source', index: Number(index) };
}
