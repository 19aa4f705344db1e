import { isUtf8 } from 'node:buffer';
import { createMatcher } from '../../globs.ts';
import { namesOf } from '../../headers.ts';
import type { CompressOptions, ObjectHeaders, Rule, StaticFile } from '../../types.ts';

// Which files compressing may pay for, judged before anything is compressed. Pure.

/** 'if text': its name does not tell, its first bytes will. */
export type Judgement = 'yes' | 'no' | 'if text';

/** Extensions of what is compressed already. */
const compressed = new Set(
  [
    'jpg jpeg png apng gif webp avif jxl heic heif jp2', // pictures
    'zip gz tgz bz2 tbz tbz2 xz txz br zst zstd lz lz4 lzma 7z rar jar war apk crx xpi whl egg', // archives
    'svgz woff woff2 swf epub docx xlsx pptx odt ods odp', // what has an archive inside
    '3gp 3gpp asf avi flv m4v mkv mov mp4 mpeg mpg ogv webm wmv', // moving pictures
    'aac flac m4a mp3 oga ogg opus weba wma', // sound
  ].flatMap((line) => line.split(' ')),
);

/** Other types than text of which it is known that it pays. */
const known =
  /^(?:text\/.*|.*\+(?:json|xml|text)|application\/(?:json|javascript|ecmascript|xml|xml-dtd|wasm|toml|yaml|sql|rtf|graphql|typescript|vnd\.ms-fontobject)|font\/(?:ttf|otf|sfnt|collection)|image\/(?:bmp|x-icon|vnd\.microsoft\.icon))$/;

export type Judge = (file: StaticFile, headers: ObjectHeaders) => Judgement;

/** By the rules, an encoding that is said already, the extension, and the media type, in this order. */
export function createJudge(
  { types, skipExtensions }: CompressOptions,
  rules: readonly Rule[],
): Judge {
  const spoken = rules
    .filter(({ compress }) => compress !== undefined)
    .map(({ match, compress }) => ({ compress, matches: createMatcher(match) }));
  const skipped = new Set(skipExtensions.map((one) => one.replace(/^\./, '').toLowerCase()));
  const wanted = new Set(types.map(plainType));
  return (file, { contentType, contentEncoding }) => {
    if (contentEncoding !== undefined) return 'no';
    const said = spoken.findLast(({ matches }) =>
      namesOf(file).some((name) => matches(name) !== undefined),
    );
    if (said !== undefined) return said.compress === true ? 'yes' : 'no';
    const extension = extensionOf(file.name);
    if (compressed.has(extension) || skipped.has(extension)) return 'no';
    const type = plainType(contentType);
    if (wanted.size > 0) {
      return wanted.has(type) || wanted.has(type.replace(/\/.*/, '/*')) ? 'yes' : 'no';
    }
    return known.test(type) ? 'yes' : 'if text';
  };
}

/** Bytes at the beginning that tell what a file is. */
export const tellingBytes = 8 * 1024;

/** Beginnings of what is compressed already, in hexadecimal digits. */
const signatures = [
  /^1f8b08/, // gzip
  /^504b(?:0304|0506)/, // zip
  /^28b52ffd/, // Zstandard
  /^fd377a585a00/, // xz
  /^425a683[1-9]314159265359/, // bzip2
  /^377abcaf271c/, // 7z
  /^526172211a07/, // rar
  /^04224d18/, // lz4
  /^89504e470d0a/, // PNG
  /^ffd8ff/, // JPEG
  /^474946383[79]61/, // GIF
  /^52494646.{8}(?:57454250|41564920)/, // WebP, AVI
  /^774f46(?:46|32)/, // WOFF
  /^.{8}66747970/, // MP4, AVIF, HEIC
  /^1a45dfa3/, // WebM, Matroska
  /^4f676753/, // Ogg
  /^664c6143/, // FLAC
  /^4944330[2-4]/, // MP3 with a tag
];

/** Whether the first bytes are of something that is compressed already, whatever its name says. */
export function isCompressed(start: Uint8Array): boolean {
  const digits = Buffer.from(start.subarray(0, 16)).toString('hex');
  return signatures.some((signature) => signature.test(digits));
}

/** Whether the first bytes are text: UTF-8 without the character that no text has. */
export function isText(start: Uint8Array): boolean {
  if (start.includes(0)) return false;
  // The last character may be cut in two.
  return [0, 1, 2, 3].some((less) => isUtf8(start.subarray(0, start.length - less)));
}

function extensionOf(name: string): string {
  const basename = name.slice(name.lastIndexOf('/') + 1);
  return basename.slice(basename.lastIndexOf('.') + 1).toLowerCase();
}

/** Without parameters, and JavaScript under the one name that it has here (RFC 9239). */
function plainType(type: string): string {
  const bare = (type.split(';')[0] ?? '').trim().toLowerCase();
  return /^(?:application|text)\/(?:x-)?(?:javascript|ecmascript)$/.test(bare)
    ? 'text/javascript'
    : bare;
}
