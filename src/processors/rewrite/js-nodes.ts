import type { AnyNode, Options, Parser } from 'acorn';
import { SafeParser } from './js-depth.ts';

/** What acorn calls of itself, and its types do not tell. */
interface Steps {
  finishNode(node: object, type: AnyNode['type']): AnyNode;
  parseStatement(...given: unknown[]): AnyNode;
}

type OnNode = (node: AnyNode) => void;

const Base = SafeParser as unknown as new (
  options: Options,
  text: string,
) => Pick<Parser, 'parse'> & Steps;

/** acorn, but without a tree: that would take a hundred times the memory of its text. */
export class NodeParser extends Base {
  readonly #onNode: OnNode;

  private constructor(options: Options, text: string, onNode: OnNode) {
    super(options, text);
    this.#onNode = onNode;
  }

  /** Tells of a node as soon as all is known that is in it; not of sequences in brackets, which acorn ends in another way. @throws SyntaxError SyntaxProblem */
  static read(text: string, options: Options, onNode: OnNode): void {
    new NodeParser(options, text, onNode).parse();
  }

  override finishNode(node: object, type: AnyNode['type']): AnyNode {
    const finished = super.finishNode(node, type);
    this.#onNode(finished);
    return finished;
  }

  override parseStatement(...given: unknown[]): AnyNode {
    const statement = super.parseStatement(...given);
    return isAskedFor(statement) ? withoutBody(statement) : past;
  }
}

/** acorn itself looks at what an export declares. */
function isAskedFor({ type }: AnyNode): boolean {
  return (
    type === 'VariableDeclaration' || type === 'FunctionDeclaration' || type === 'ClassDeclaration'
  );
}

function withoutBody(statement: AnyNode): AnyNode {
  if (statement.type === 'VariableDeclaration') {
    for (const one of statement.declarations) one.init = null;
  } else if ('body' in statement) {
    Object.assign(statement, { body: undefined });
  }
  return statement;
}

/** In place of a statement that nobody asks for again. */
const past: AnyNode = { type: 'EmptyStatement', start: 0, end: 0 };
