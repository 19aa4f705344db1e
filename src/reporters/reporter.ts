import type { Io } from '../io.ts';
import type { Listener } from '../types.ts';
import { createGithubReporter } from './github.ts';
import { createJsonReporter } from './json.ts';
import { createPrettyReporter } from './pretty.ts';

/** Makes words of what happened. */
export interface Reporter {
  on: Listener;
  /** A known failure or a bug that ended the run. */
  error(error: unknown): void;
  /** The last thing said. */
  end(exitCode: number): void;
}

export interface ReporterOptions {
  readonly json: boolean;
  /** 0: failures only; 1: phases, warnings, result; 2: a line per file; 3: headers and ignored entries too. */
  readonly verbosity: number;
  readonly color: boolean;
  /** For what is not written through Io, whose outputs are filtered already. */
  readonly redact: (text: string) => string;
}

/** People's or machines' words, and GitHub's beside them where the run is one of its jobs. */
export function createReporter(io: Io, options: ReporterOptions): Reporter {
  const main = options.json ? createJsonReporter(io) : createPrettyReporter(io, options);
  return io.env['GITHUB_ACTIONS'] === 'true' ? both(main, createGithubReporter(io, options)) : main;
}

function both(first: Reporter, second: Reporter): Reporter {
  return {
    on: (event) => {
      first.on(event);
      second.on(event);
    },
    error: (error) => {
      first.error(error);
      second.error(error);
    },
    end: (exitCode) => {
      first.end(exitCode);
      second.end(exitCode);
    },
  };
}
