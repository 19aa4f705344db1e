/** Whether an object key, or a line that ends with one, is of the tool's own records and no object of the site. */
export function isOwnRecord(key: string): boolean {
  return key.includes('.collect-static/');
}
