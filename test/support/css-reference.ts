import { type CSSToken, tokenize, TokenType } from '@csstools/css-tokenizer';

/** What a stylesheet refers to, read a second way: another tokenizer, and a tree instead of a list of tokens. */
export interface Expected {
  readonly url: string;
  readonly need: string;
}

/** A token, or a function or block with what is in it. */
interface Node {
  readonly token: CSSToken;
  readonly children?: readonly Node[];
}

const closers = new Map<TokenType, TokenType>([
  [TokenType.Function, TokenType.CloseParen],
  [TokenType.OpenParen, TokenType.CloseParen],
  [TokenType.OpenSquare, TokenType.CloseSquare],
  [TokenType.OpenCurly, TokenType.CloseCurly],
]);

/** Undefined where the scanner may refuse: escapes in the name of a url(), or in a url() that is none. */
export function readReferences(css: string): readonly Expected[] | undefined {
  const tokens = tokenize({ css: css.replace(/^\ufeff/, '') });
  const inDoubt = tokens.some(([type, raw]) => {
    if (type === TokenType.BadURL) return raw.includes('\\');
    const isUrl = type === TokenType.URL || type === TokenType.Function;
    return isUrl && nameOf(raw).includes('\\') && /^url$/i.test(plain(nameOf(raw)));
  });
  if (inDoubt) return undefined;
  const queue = tokens.filter(([type]) => type !== TokenType.EOF);
  return rules(childrenOf(queue.reverse(), undefined), 0)
    .map((one) => ({ ...one, url: one.url.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '') }))
    .filter(({ url }) => namesFile(url));
}

const nameOf = (raw: string) => raw.slice(0, raw.indexOf('('));
/** The name of a function, as the tokenizer understands it. */
function plain(name: string): string {
  const [token] = tokenize({ css: name });
  return token?.[0] === TokenType.Ident ? token[4].value : '';
}

function childrenOf(queue: CSSToken[], closer: TokenType | undefined): Node[] {
  const nodes: Node[] = [];
  for (let token = queue.pop(); token !== undefined; token = queue.pop()) {
    if (token[0] === closer) break;
    const end = closers.get(token[0]);
    nodes.push(end === undefined ? { token } : { token, children: childrenOf(queue, end) });
  }
  return nodes;
}

const isBlank = ({ token: [type] }: Node) =>
  type === TokenType.Whitespace || type === TokenType.Comment;
const isBlock = ({ token: [type] }: Node) => type === TokenType.OpenCurly;

/** The statements of a stylesheet (level 0) or of a block. */
function rules(nodes: readonly Node[], level: number): Expected[] {
  const found: Expected[] = [];
  let importsEnded = level > 0;
  for (const statement of statements(nodes, level)) {
    const [first, ...rest] = statement.filter((node) => !isBlank(node));
    const block = isBlock(statement.at(-1) ?? { token: tokenize({ css: 'x' })[0] as CSSToken })
      ? statement.at(-1)
      : undefined;
    if (first?.token[0] === TokenType.AtKeyword) {
      const name = first.token[4].value.toLowerCase();
      if (name === 'import') {
        const need = importsEnded ? 'optional' : 'required';
        found.push(...imported(rest[0]).map((url) => ({ url, need })));
      } else if (name !== 'charset' && name !== 'layer') importsEnded = true;
    } else {
      const isBehavior =
        first?.token[0] === TokenType.Ident && /^(?:-ms-)?behavior$/i.test(first.token[4].value);
      const values = block === undefined ? statement : statement.slice(0, -1);
      if (!isBehavior) {
        found.push(
          ...values.flatMap((node) => inValue(node)).map((url) => ({ url, need: 'required' })),
        );
      }
    }
    if (block !== undefined) {
      importsEnded = true;
      found.push(...rules(block.children ?? [], level + 1));
    }
  }
  return found;
}

function statements(nodes: readonly Node[], level: number): Node[][] {
  const all: Node[][] = [];
  let current: Node[] = [];
  for (const node of nodes) {
    const type = node.token[0];
    const begins = current.every(isBlank);
    if (begins && (type === TokenType.CDO || type === TokenType.CDC)) continue;
    current.push(node);
    const isAtRule = current.find((one) => !isBlank(one))?.token[0] === TokenType.AtKeyword;
    if (isBlock(node) || (type === TokenType.Semicolon && (level > 0 || isAtRule))) {
      all.push(current);
      current = [];
    }
  }
  return [...all, current];
}

function imported(node: Node | undefined): string[] {
  if (node === undefined) return [];
  if (node.token[0] === TokenType.String || node.token[0] === TokenType.URL) {
    return [node.token[4].value];
  }
  return isFunction(node, ['url', 'src']) ? firstString(node) : [];
}

function inValue(node: Node): string[] {
  if (node.token[0] === TokenType.URL) return [node.token[4].value];
  const children = node.children ?? [];
  if (isFunction(node, ['url', 'src'])) {
    const [first, ...rest] = children.filter((one) => !isBlank(one));
    const isString = first?.token[0] === TokenType.String;
    return [...firstString(node), ...(isString ? rest : children).flatMap((one) => inValue(one))];
  }
  const isSet = isFunction(node, ['image-set', '-webkit-image-set']);
  return children.flatMap((one) =>
    isSet && one.token[0] === TokenType.String ? [one.token[4].value] : inValue(one),
  );
}

function isFunction({ token }: Node, names: readonly string[]): boolean {
  return token[0] === TokenType.Function && names.includes(token[4].value.toLowerCase());
}

function firstString({ children = [] }: Node): string[] {
  const first = children.find((one) => !isBlank(one));
  return first?.token[0] === TokenType.String ? [first.token[4].value] : [];
}

function namesFile(url: string): boolean {
  return !/^(?:$|[#?]|data:)/i.test(url) && !/\{\{|\{%|<%/.test(url);
}
