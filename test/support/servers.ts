/**
 * The reason why a real part is not there, printed, for `describe.skipIf`. Where REQUIRE_SERVERS=1
 * says that it must be (CI), its absence is a failure instead.
 */
export function missingPart(part: string, reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined;
  if (process.env['REQUIRE_SERVERS'] === '1') throw new Error(`${part} is required: ${reason}`);
  process.stderr.write(`\nSkipped, for want of ${part}: ${reason}\n`);
  return reason;
}
