// `npm ci` builds the bin; `npm ci --omit=dev` has no compiler and nothing to build.
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('node_modules/typescript-7') && existsSync('src')) {
  execSync('npm run build', { stdio: 'inherit' });
}
