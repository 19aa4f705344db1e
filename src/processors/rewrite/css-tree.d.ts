/** css-tree ships no types, and DefinitelyTyped has none for this part of it. */
declare module 'css-tree/tokenizer' {
  /** Tells each token's type and where it stands, comments and blanks included. */
  export function tokenize(
    source: string,
    onToken: (type: number, start: number, end: number) => void,
  ): void;

  export const tokenTypes: {
    readonly AtKeyword: number;
    readonly BadUrl: number;
    readonly CDC: number;
    readonly CDO: number;
    readonly Comment: number;
    readonly Function: number;
    readonly Ident: number;
    readonly LeftCurlyBracket: number;
    readonly LeftParenthesis: number;
    readonly LeftSquareBracket: number;
    readonly RightCurlyBracket: number;
    readonly RightParenthesis: number;
    readonly RightSquareBracket: number;
    readonly Semicolon: number;
    readonly String: number;
    readonly Url: number;
    readonly WhiteSpace: number;
  };
}
