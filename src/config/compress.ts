import { canCompress } from '../compressor.ts';
import { explanations } from '../explanations/index.ts';
import type { CompressOptions, Encoding, Warning } from '../types.ts';
import { defaultsFor } from './defaults.ts';
import { sentenceAbout } from './settings.ts';
import { choose, type ChosenCompress, type TargetSettings } from './target.ts';

export interface ResolvedCompress {
  readonly options: CompressOptions;
  readonly problems: readonly string[];
  readonly warnings: readonly Warning[];
}

/** How a target's files are compressed, and what is wrong with that. */
export function resolveCompress(settings: TargetSettings, backend: string): ResolvedCompress {
  const chosen = choose(settings).compress;
  const defaults = defaultsFor('static').compress;
  const mode = chosen.mode ?? (backend === 's3' ? 'replace' : 'sidecar');
  const usual: readonly Encoding[] = mode === 'replace' ? ['gzip'] : ['br', 'gzip'];
  const options: CompressOptions = {
    enabled: chosen.enabled ?? defaults.enabled,
    mode,
    encodings: [...new Set(chosen.encodings ?? usual)],
    types: chosen.types ?? defaults.types,
    skipExtensions: chosen.skipExtensions ?? defaults.skipExtensions,
    quality: qualityOf(chosen),
    minSaving: chosen.minSaving ?? defaults.minSaving,
  };
  if (!options.enabled) return { options, problems: [], warnings: [] };
  return {
    options,
    problems: problemsOf(options, settings),
    warnings: mode === 'replace' ? warningsOf(options, backend) : [],
  };
}

function qualityOf(chosen: ChosenCompress): CompressOptions['quality'] {
  const { quality } = defaultsFor('static').compress;
  return {
    br: chosen['quality.br'] ?? quality.br,
    gzip: chosen['quality.gzip'] ?? quality.gzip,
    zstd: chosen['quality.zstd'] ?? quality.zstd,
  };
}

function problemsOf({ mode, encodings }: CompressOptions, settings: TargetSettings): string[] {
  const about = (text: string) => {
    const setting = settings.get('compress.encodings') ?? settings.get('compress.mode');
    return setting === undefined ? `compress.encodings ${text}` : sentenceAbout(setting, text);
  };
  const problems: string[] = [];
  if (mode === 'replace' && encodings.length > 1) {
    problems.push(
      about(
        `must be one encoding where the mode is replace, not ${encodings.join(' and ')}: an object has one body`,
      ),
    );
  }
  for (const encoding of encodings.filter((one) => !canCompress(one))) {
    problems.push(
      about(`has ${encoding}, which this Node cannot do: use Node 22.15 or newer, or leave it out`),
    );
  }
  return problems;
}

function warningsOf({ encodings }: CompressOptions, backend: string): Warning[] {
  const warnings: Warning[] = [];
  const [encoding = 'gzip'] = encodings;
  if (encoding !== 'gzip') {
    warnings.push({
      code: 'ENCODING_FOR_ALL',
      message: `every client gets ${encoding}, also one that does not ask for it`,
      hint: explanations.ENCODING_FOR_ALL.fix,
    });
  }
  if (backend === 'local') {
    warnings.push({
      code: 'ENCODING_NOT_KEPT',
      message: `the files are stored compressed with ${encoding}, and a directory keeps no Content-Encoding that would say so`,
      hint: explanations.ENCODING_NOT_KEPT.fix,
    });
  }
  return warnings;
}
