import { Parser } from 'acorn';
import { SyntaxProblem } from './reference.ts';

type Step = (this: Parser & { readonly start: number }, ...given: unknown[]) => unknown;

/** Whatever is nested in JavaScript, one of these methods of acorn's has called itself for it. */
const steps = [
  ...['parseStatement', 'parseMaybeAssign', 'parseExprOp', 'parseMaybeUnary', 'parseExprAtom'],
  'parseBindingAtom',
];
/** Steps between two looks at the room that is left. */
const often = 16;
/** Calls that must be possible still: more than those steps take, and what they call. */
const reserve = 600;

/**
 * acorn, but for texts that are nested more deeply than it can follow: those it refuses in time. acorn itself does at the
 * very end of the stack only, and where V8 is to compile a regular expression there it ends the whole process.
 */
export const SafeParser = Parser.extend((Base) => {
  const Safe = class extends Base {};
  for (const name of steps) {
    const step = Reflect.get(Base.prototype, name) as Step;
    Reflect.set(Safe.prototype, name, withRoom(step));
  }
  return Safe;
});

let depth = 0;

function withRoom(step: Step): Step {
  return function (...given) {
    depth += 1;
    try {
      if (depth % often === 0 && !isRoom()) {
        throw new SyntaxProblem('this JavaScript is nested too deeply', this.start);
      }
      return step.apply(this, given);
    } finally {
      depth -= 1;
    }
  };
}

function isRoom(): boolean {
  try {
    return descend(reserve) === 0;
  } catch {
    return false;
  }
}

/** Calls itself that often. */
function descend(levels: number): number {
  return levels === 0 ? 0 : descend(levels - 1);
}
