import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** Where a text is read from, in pieces: htmlparser2 counts from the beginning of each. */
export interface Reading {
  /** The place in the whole text of an offset that a callback is given. */
  readonly place: (offset: number) => number;
  /** Leaves the tokens here and goes on at a place further down, as if text came before it. */
  readonly resumeAt: (place: number, before?: string) => void;
}

type Callbacks = (reading: Reading) => Partial<TokenizerCallbacks>;

/** Reads a text with htmlparser2, whose tokens are offsets. Character references are left as they are. */
export function readTokens(source: string, xmlMode: boolean, callbacks: Callbacks): void {
  let base = 0;
  const ahead: { at: number; before: string }[] = [{ at: 0, before: '' }];
  const tokenizer = new Tokenizer(
    { xmlMode, decodeEntities: false },
    {
      ...silent,
      ...callbacks({
        place: (offset) => base + offset,
        resumeAt(at, before = '') {
          ahead.push({ at, before });
          tokenizer.pause();
        },
      }),
    },
  );
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    base = next.at - next.before.length;
    tokenizer.reset();
    if (next.before !== '') tokenizer.write(next.before);
    tokenizer.write(source.slice(next.at));
    if (ahead.length === 0) tokenizer.end();
  }
}

const nothing = () => undefined;

const silent: TokenizerCallbacks = {
  onattribdata: nothing,
  onattribend: nothing,
  onattribentity: nothing,
  onattribname: nothing,
  oncdata: nothing,
  onclosetag: nothing,
  oncomment: nothing,
  ondeclaration: nothing,
  onend: nothing,
  onopentagend: nothing,
  onopentagname: nothing,
  onprocessinginstruction: nothing,
  onselfclosingtag: nothing,
  ontext: nothing,
  ontextentity: nothing,
};
