/** Hex digits of the MD5 that a hashed name carries, as Django's. */
const hashLength = 12;

/** The name under which a file with these bytes is stored: "css/app.css" → "css/app.9dd4e461268c.css". */
export function hashedName(name: string, md5: string): string {
  return withHash(name, md5.slice(0, hashLength));
}

/** The hash goes before the extension: what follows the last dot, unless only dots stand before it in the basename. */
export function withHash(name: string, hash: string): string {
  const basename = name.slice(name.lastIndexOf('/') + 1);
  const leadingDots = basename.length - basename.replace(/^\.+/, '').length;
  const dot = basename.lastIndexOf('.');
  const extension = dot < leadingDots ? '' : basename.slice(dot);
  return `${name.slice(0, name.length - extension.length)}.${hash}${extension}`;
}
