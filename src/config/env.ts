import { didYouMean } from '../nearest.ts';
import { type Alias, aliases } from './aliases.ts';
import { prefix, scream, targetVariablePaths, variablePaths } from './options.ts';
import { type Reading, readValue } from './read-value.ts';
import { userConfig } from './schema.ts';
import {
  joinLayers,
  type Layer,
  type LayerResult,
  type Origin,
  problemLayer,
  readLayer,
  type Setting,
} from './settings.ts';
import { schemaAt } from './shape.ts';

/** The variables of the process or of one `.env` file. */
export interface VariableSource {
  readonly layer: Layer;
  /** "environment", ".env", "prod.env". */
  readonly label: string;
  /** What relative paths in them count from. */
  readonly base: string;
  readonly variables: ReadonlyMap<string, string>;
}

/** Ten targets with every option have fewer. */
const mostVariables = 500;
const mostSuggestions = 20;

/** What they say. `names`: targets known so far, so that `MY_MEDIA` finds `my-media`. */
export function readVariables(source: VariableSource, names: readonly string[]): LayerResult {
  const { variables } = source;
  const results = aliases.map((alias) => {
    const text = variables.get(alias.variable);
    return text === undefined
      ? nothing
      : readAlias(alias, text.trim(), originOf(source, alias.variable));
  });
  // Ours come after Django's, and longer names after shorter ones: the more exact one wins.
  const ours = [...variables.keys()].filter((name) => name.startsWith(prefix));
  if (ours.length > mostVariables) {
    const text = `${source.label} has ${ours.length} variables ${prefix}…; more than ${mostVariables} are no configuration`;
    return problemLayer(text, []);
  }
  const suggest = createSuggester(names);
  for (const variable of ours.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const text = (variables.get(variable) ?? '').trim();
    results.push(readOwn(variable, text, originOf(source, variable), names, suggest));
  }
  return withHeaderAcl(joinLayers(results));
}

export function originOf({ layer, label, base }: VariableSource, variable: string): Origin {
  return { layer, label: `${label} ${variable}`, where: `${variable} (${label}):`, base };
}

const nothing: LayerResult = { settings: [], problems: [], faulty: [] };

function readAlias(alias: Alias, text: string, origin: Origin): LayerResult {
  const path = alias.path.split('.');
  if (text === '' && alias.empty === undefined) return emptyVariable(path, origin);
  const schema = schemaAt(userConfig, path);
  if (schema === undefined) throw new TypeError(`no option ${alias.path}`);
  const read = alias.read ?? ((given: string) => readValue(schema, given));
  const result = place(text === '' ? { value: alias.empty } : read(text), path, origin);
  const { reach } = alias;
  if (reach === undefined) return result;
  return { ...result, settings: result.settings.map((setting) => ({ ...setting, reach })) };
}

function readOwn(
  variable: string,
  text: string,
  origin: Origin,
  names: readonly string[],
  suggest: (variable: string) => string,
): LayerResult {
  const path = pathOf(variable, names);
  const schema = path === undefined ? undefined : schemaAt(userConfig, path);
  if (path === undefined || schema === undefined) {
    return problemLayer(`${origin.where} is no known variable${suggest(variable)}`, []);
  }
  if (text === '' && path.slice(-2).join('.') !== 's3.location') return emptyVariable(path, origin);
  return place(readValue(schema, text), path, origin);
}

/** Empty is unset, except for a backend: production must not become a local copy in silence. */
function emptyVariable(path: readonly string[], origin: Origin): LayerResult {
  if (path.at(-1) !== 'backend') return nothing;
  const text = 'is set but empty; name a backend (local, s3) or unset it';
  return problemLayer(`${origin.where} ${text}`, path);
}

function place(reading: Reading, path: readonly string[], origin: Origin): LayerResult {
  if ('problem' in reading) return problemLayer(`${origin.where} ${reading.problem}`, path);
  if (reading.value === undefined) return nothing;
  const result = readLayer(reading.value, origin, path);
  // HASH_KEEP and GZIP_CONTENT_TYPES say how, and leave it to HASH and AWS_IS_GZIPPED to say whether.
  const isOwn = (setting: Setting) => `${setting.path}.`.startsWith(`${path.join('.')}.`);
  return { ...result, settings: result.settings.filter(isOwn) };
}

/** `x-amz-acl` among the headers is the ACL, and beats what else this layer says about it. */
export function withHeaderAcl(layer: LayerResult): LayerResult {
  const isAcl = (setting: Setting) => setting.path.endsWith('headers.x-amz-acl');
  const acls = layer.settings.filter(isAcl).map((setting) => ({
    ...setting,
    path: setting.path.replace('headers.x-amz-acl', 's3.acl'),
  }));
  return { ...layer, settings: [...layer.settings.filter((one) => !isAcl(one)), ...acls] };
}

/** "; did you mean X?" for the first slips; looking for more takes its time, and helps nobody. */
function createSuggester(names: readonly string[]): (variable: string) => string {
  let left = mostSuggestions;
  let known: readonly string[] | undefined;
  return (variable) => {
    left -= 1;
    if (left < 0) return '';
    known ??= knownVariables(names);
    return didYouMean(variable, known);
  };
}

function knownVariables(names: readonly string[]): readonly string[] {
  const ofTargets = ['media', ...names].flatMap((name) =>
    [...targetVariablePaths.keys()].map((rest) => `TARGETS_${scream(name)}_${rest}`),
  );
  return [...variablePaths.keys(), ...ofTargets].map((name) => prefix + name);
}

/** The path that one of our variables stands for: S3_FORCE_PATH_STYLE → s3.forcePathStyle. */
function pathOf(variable: string, names: readonly string[]): readonly string[] | undefined {
  const rest = variable.slice(prefix.length);
  const path = variablePaths.get(rest);
  if (path !== undefined || !rest.startsWith('TARGETS_')) return path;
  const words = rest.slice('TARGETS_'.length).split('_');
  for (let i = 1; i <= words.length; i += 1) {
    const below = i === words.length ? [] : targetVariablePaths.get(words.slice(i).join('_'));
    if (below === undefined) continue;
    const screamed = words.slice(0, i).join('_');
    const name = names.find((known) => scream(known) === screamed) ?? screamed.toLowerCase();
    // COLLECT_STATIC_TARGETS_MEDIA_S3_BUKET is a slip, not a target called media_s3_buket.
    if (below.length > 0 || i === 1 || names.includes(name)) return ['targets', name, ...below];
  }
  return undefined;
}
