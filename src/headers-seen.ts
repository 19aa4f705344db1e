import type { ObjectHeaders } from './types.ts';

/** What a HEAD shows of the headers; the class of storage changes by lifecycle rules, and means no drift. */
export function visible(headers: ObjectHeaders): ObjectHeaders {
  const { contentType, cacheControl, contentEncoding, contentDisposition } = headers;
  const { contentLanguage, expires, metadata = {}, websiteRedirect } = headers;
  const optional = { cacheControl, contentEncoding, contentDisposition, contentLanguage };
  const time = expires === undefined ? undefined : Date.parse(expires);
  const all = { ...optional, websiteRedirect, expires: time && new Date(time).toUTCString() };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return { contentType, metadata, ...Object.fromEntries(given) };
}

/** For people: which headers are not as they should be. */
export function differences(held: ObjectHeaders, wanted: ObjectHeaders): string[] {
  const [is, should] = [held, wanted].map((headers) => flat(visible(headers)));
  const names = [...new Set([...(is?.keys() ?? []), ...(should?.keys() ?? [])])].sort();
  return names
    .filter((name) => is?.get(name) !== should?.get(name))
    .map((name) => `${name} is ${shown(is?.get(name))} instead of ${shown(should?.get(name))}`);
}

function flat({ metadata = {}, ...rest }: ObjectHeaders): Map<string, string> {
  const own = Object.entries(metadata).map(
    ([name, value]) => [`x-amz-meta-${name}`, value] as const,
  );
  const others = Object.entries(rest as Record<string, string>).map(
    ([name, value]) =>
      [name.replace(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`), value] as const,
  );
  return new Map([...others, ...own]);
}

function shown(value: string | undefined): string {
  return value === undefined ? 'none' : `"${value}"`;
}
