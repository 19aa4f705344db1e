/** The name under which a file with these bytes is stored: "css/app.css" → "css/app.9dd4e461268c.css". */
export function hashedName(name: string, md5: string): string {
  return withHash(name, shortHash(md5));
}

/** What of an MD5 goes into a name, as in Django: 12 hex digits. */
export function shortHash(md5: string): string {
  return md5.slice(0, 12);
}

/** The hash goes before the extension: what follows the last dot, unless only dots stand before it in the basename. */
export function withHash(name: string, hash: string): string {
  const basename = name.slice(name.lastIndexOf('/') + 1);
  const leadingDots = basename.length - basename.replace(/^\.+/, '').length;
  const dot = basename.lastIndexOf('.');
  const extension = dot < leadingDots ? '' : basename.slice(dot);
  return `${name.slice(0, name.length - extension.length)}.${hash}${extension}`;
}
