/** A small tree and what Django does with it; every behaviour that Django's own tests pin, on files of our own. */
export interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Off unless said. */
  readonly jsModules?: boolean;
  /** "/static/" unless said. */
  readonly staticUrl?: string;
  /**
   * Texts after the rewriting. `<css/a.css>` stands for the last segment of that file's hashed name, and
   * `<source css/a.css>` for the name that its source's own bytes would have. For one engine alone: by its name.
   */
  readonly becomes?: Readonly<Record<string, string | { readonly [engine: string]: string }>>;
  /** Part of the message, where it is refused; for one engine alone: by its name. */
  readonly refused?: string | { readonly [engine: string]: string };
}
