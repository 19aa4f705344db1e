import { didYouMean } from '../nearest.ts';
import { isObject } from './plain.ts';
import { type Reading, readBoolean, readJson } from './read-value.ts';
import type { Reach } from './settings.ts';

/** A variable that Django, django-storages or the AWS tools know, and what it means here. */
export interface Alias {
  readonly variable: string;
  readonly path: string;
  /** How its text is read, where the declaration's way will not do. */
  readonly read?: (text: string) => Reading;
  /** Its value when it is set but empty; without this, an empty variable is unset. */
  readonly empty?: string;
  /** Django has one setting for all storages, or the class concerns static files only. */
  readonly reach?: Reach;
}

const headersExample = '{"Cache-Control": "max-age=86400"}';
const parametersExample = '{"CacheControl": "max-age=86400"}';

// Where two concern one path and come from the same place, the later one in this list wins.
export const aliases: readonly Alias[] = [
  { variable: 'AWS_STORAGE_BUCKET_NAME', path: 's3.bucket' },
  { variable: 'AWS_LOCATION', path: 's3.location', empty: '' },
  { variable: 'STATICFILES_LOCATION', path: 's3.location', empty: '' },
  { variable: 'MEDIAFILES_LOCATION', path: 'targets.media.s3.location', empty: '' },
  { variable: 'AWS_DEFAULT_REGION', path: 's3.region' },
  { variable: 'AWS_REGION', path: 's3.region' },
  { variable: 'AWS_S3_REGION_NAME', path: 's3.region' },
  { variable: 'AWS_ENDPOINT_URL', path: 's3.endpoint' },
  { variable: 'AWS_ENDPOINT_URL_S3', path: 's3.endpoint' },
  { variable: 'AWS_S3_ENDPOINT_URL', path: 's3.endpoint' },
  { variable: 'AWS_S3_ADDRESSING_STYLE', path: 's3.forcePathStyle', read: readStyle },
  { variable: 'AWS_S3_SESSION_PROFILE', path: 's3.profile' },
  { variable: 'AWS_CA_BUNDLE', path: 's3.caFile' },
  { variable: 'AWS_PRELOAD_METADATA', path: 's3.preloadMetadata' },
  { variable: 'AWS_DEFAULT_ACL', path: 's3.acl', read: readAcl, empty: 'none' },
  { variable: 'AWS_S3_CUSTOM_DOMAIN', path: 'url.domain', reach: 'all' },
  { variable: 'AWS_S3_URL_PROTOCOL', path: 'url.protocol', reach: 'all' },
  { variable: 'AWS_S3_SECURE_URLS', path: 'url.protocol', read: readSecure, reach: 'all' },
  { variable: 'AWS_QUERYSTRING_AUTH', path: 'url.signed', reach: 'all' },
  { variable: 'AWS_QUERYSTRING_EXPIRE', path: 'url.expiresIn', reach: 'all' },
  { variable: 'AWS_HEADERS', path: 'headers', read: (text) => readJson(text, headersExample) },
  { variable: 'AWS_S3_OBJECT_PARAMETERS', path: 'headers', read: readObjectParameters },
  { variable: 'AWS_IS_GZIPPED', path: 'compress', read: readGzipped, reach: 's3' },
  { variable: 'GZIP_CONTENT_TYPES', path: 'compress.types', reach: 's3' },
  { variable: 'STATIC_URL', path: 'url.base' },
  { variable: 'MEDIA_URL', path: 'targets.media.url.base' },
  { variable: 'STATIC_ROOT', path: 'local.dir' },
  { variable: 'MEDIA_ROOT', path: 'targets.media.local.dir' },
  { variable: 'STATICFILES_STORAGE', path: 'backend', reach: 'static' },
  { variable: 'DEFAULT_FILE_STORAGE', path: 'targets.media.backend' },
];

/** Credentials are no options: they come from variables only. Later ones win, as above. */
export const credentialVariables: readonly { variable: string; part: CredentialPart }[] = [
  { variable: 'AWS_ACCESS_KEY_ID', part: 'accessKeyId' },
  { variable: 'AWS_S3_ACCESS_KEY_ID', part: 'accessKeyId' },
  { variable: 'AWS_SECRET_ACCESS_KEY', part: 'secretAccessKey' },
  { variable: 'AWS_S3_SECRET_ACCESS_KEY', part: 'secretAccessKey' },
  { variable: 'AWS_SECURITY_TOKEN', part: 'sessionToken' },
  { variable: 'AWS_SESSION_TOKEN', part: 'sessionToken' },
];

type CredentialPart = 'accessKeyId' | 'secretAccessKey' | 'sessionToken';

function readStyle(text: string): Reading {
  if (text === 'path') return { value: true };
  if (text === 'virtual') return { value: false };
  if (text === 'auto') return { value: undefined };
  return {
    problem: `must be path, virtual or auto${didYouMean(text, ['path', 'virtual', 'auto'])}`,
  };
}

/** Python's None, as text: send no ACL. */
function readAcl(text: string): Reading {
  return { value: text.toLowerCase() === 'none' ? 'none' : text };
}

function readSecure(text: string): Reading {
  const reading = readBoolean(text);
  return 'value' in reading ? { value: reading.value === true ? 'https:' : 'http:' } : reading;
}

function readGzipped(text: string): Reading {
  const reading = readBoolean(text);
  if (!('value' in reading) || reading.value === false) return reading;
  return { value: { mode: 'replace', encodings: ['gzip'] } };
}

/** PutObject's parameters, as boto3 names them, and the raw header each one sets. */
const parameters: Readonly<Record<string, string>> = {
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentLanguage: 'content-language',
  ContentEncoding: 'content-encoding',
  Expires: 'expires',
  StorageClass: 'x-amz-storage-class',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  Tagging: 'x-amz-tagging',
  WebsiteRedirectLocation: 'x-amz-website-redirect-location',
  ACL: 'x-amz-acl',
};

function readObjectParameters(text: string): Reading {
  const reading = readJson(text, parametersExample);
  if ('problem' in reading) return reading;
  if (!isObject(reading.value))
    return { problem: `must be an object such as ${parametersExample}` };
  const headers: [string, unknown][] = [];
  for (const [name, value] of Object.entries(reading.value)) {
    if (name === 'Metadata' && isObject(value)) {
      headers.push(
        ...Object.entries(value).map(([key, v]): [string, unknown] => [`x-amz-meta-${key}`, v]),
      );
      continue;
    }
    const header = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (header === undefined) {
      const slip = didYouMean(name, [...Object.keys(parameters), 'Metadata']);
      return { problem: `has ${name}, which is no parameter that can be stored${slip}` };
    }
    headers.push([header, value]);
  }
  return { value: Object.fromEntries(headers) };
}
