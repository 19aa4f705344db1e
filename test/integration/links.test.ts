import { describePackages } from '../harness/package-links.ts';

describePackages([
  ['font-awesome', 'font-awesome'],
  ['htmlparser2', 'htmlparser2/dist'],
  ['css-tree', 'css-tree/lib'],
  ['parse5', 'parse5/dist'],
]);
