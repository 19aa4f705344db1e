import { describePackages } from '../harness/package-links.ts';

describePackages([
  ['bootstrap', 'bootstrap/dist'],
  ['fast-check', 'fast-check/lib'],
]);
