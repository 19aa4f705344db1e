import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate for the loopback that vouches for itself: whoever trusts the file trusts the server. */
export async function createCertificate(
  dir: string,
): Promise<{ readonly chain: string; readonly key: string }> {
  const [chain, key] = [join(dir, 'certificate.pem'), join(dir, 'key.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const who = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const files = ['-keyout', key, '-out', chain, '-days', '2'];
  await promisify(execFile)('openssl', ['req', ...kind, ...who, ...files]);
  return { chain, key };
}
