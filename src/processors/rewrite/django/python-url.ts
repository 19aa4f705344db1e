// What Python's urllib.parse and posixpath make of the names that Django hands them.

export interface SplitUrl {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** Schemes whose URLs are joined with `//` even without a host. */
const withHost = new Set(
  (
    'ftp http gopher nntp telnet imap wais file mms https shttp snews prospero rtsp rtspu ' +
    'rsync svn svn+ssh sftp nfs git git+ssh ws wss'
  ).split(' '),
);

/** Schemes, and none, whose paths can have parameters behind a semicolon. */
const withParameters = new Set(
  ' ftp hdl prospero http https shttp rtsp rtspu sip sips mms sftp tel'.split(' '),
);

const notOnlyPath = /[:?#\t\r\n]|^\/\/|^[^!-\uffff]/;

/** urlsplit() */
export function splitUrl(url: string): SplitUrl {
  if (!notOnlyPath.test(url)) {
    return { scheme: '', netloc: '', path: url, query: '', fragment: '' };
  }
  let rest = url.replace(/^[^!-\uffff]+/, '').replace(/[\t\r\n]/g, '');
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(rest)?.[1] ?? '';
  if (scheme !== '') rest = rest.slice(scheme.length + 1);
  let netloc = '';
  if (rest.startsWith('//')) {
    netloc = /^[^/?#]*/.exec(rest.slice(2))?.[0] ?? '';
    rest = rest.slice(2 + netloc.length);
  }
  const [beforeFragment, fragment] = cut(rest, '#');
  const [path, query] = cut(beforeFragment, '?');
  return { scheme: scheme.toLowerCase(), netloc, path, query, fragment };
}

/** urlunsplit(): an empty query or fragment loses its mark. */
export function joinUrl({ scheme, netloc, path, query, fragment }: SplitUrl): string {
  let url = path;
  if (netloc !== '' || (withHost.has(scheme) && !url.startsWith('//'))) {
    url = `//${netloc}${url === '' || url.startsWith('/') ? url : `/${url}`}`;
  }
  if (scheme !== '') url = `${scheme}:${url}`;
  if (query !== '') url += `?${query}`;
  return fragment === '' ? url : `${url}#${fragment}`;
}

/** urldefrag(): what stands before the fragment, rewritten by splitting and joining only where there is a `#`. */
export function defragment(url: string): readonly [url: string, fragment: string] {
  if (!url.includes('#')) return [url, ''];
  const parts = splitUrl(url);
  // Parameters that are empty go as an empty query does.
  const first = parts.path.indexOf(';', Math.max(0, parts.path.lastIndexOf('/')));
  const isEmpty = first >= 0 && first === parts.path.length - 1;
  const path = isEmpty && withParameters.has(parts.scheme) ? parts.path.slice(0, -1) : parts.path;
  return [joinUrl({ ...parts, path, fragment: '' }), parts.fragment];
}

/** unquote(): `%XX` as UTF-8, each run of ASCII for itself; what is no escape stays. */
export function unquote(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/[^\x80-\uffff]+/g, (run) => (run.includes('%') ? unquoteRun(run) : run));
}

function unquoteRun(run: string): string {
  const bytes = Buffer.from(run, 'latin1');
  let length = 0;
  for (let at = 0; at < run.length; at += 1) {
    const escape = run[at] === '%' ? run.slice(at + 1, at + 3) : '';
    const isEscape = /^[0-9a-fA-F]{2}$/.test(escape);
    bytes[length] = isEscape ? Number.parseInt(escape, 16) : run.charCodeAt(at);
    length += 1;
    if (isEscape) at += 2;
  }
  return bytes.toString('utf8', 0, length);
}

const oddSegment = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** posixpath.normpath() */
export function normalisePath(path: string): string {
  if (!oddSegment.test(path)) return path;
  const slashes = /^\/*/.exec(path)?.[0].length ?? 0;
  const root = slashes === 2 ? '//' : slashes > 0 ? '/' : '';
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (root === '' && (kept.length === 0 || kept.at(-1) === '..'))) {
      kept.push(part);
    } else kept.pop();
  }
  const joined = root + kept.join('/');
  return joined === '' ? '.' : joined;
}

function cut(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
