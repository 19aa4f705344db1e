import { didYouMean } from '../nearest.ts';

/** A backend's name as the program knows it, or why there is none: completes "<key> …". */
export type Placed =
  | { readonly backend: string; readonly unsigned: boolean; readonly hashed: boolean }
  | { readonly problem: string };

/** Django's storage classes, and what stands in for each. */
const classes: Readonly<
  Record<string, { readonly backend: string; readonly unsigned?: true; readonly hashed?: true }>
> = {
  'django.contrib.staticfiles.storage.StaticFilesStorage': { backend: 'local' },
  'django.contrib.staticfiles.storage.ManifestStaticFilesStorage': {
    backend: 'local',
    hashed: true,
  },
  'django.core.files.storage.FileSystemStorage': { backend: 'local' },
  'django.core.files.storage.filesystem.FileSystemStorage': { backend: 'local' },
  'storages.backends.s3boto.S3BotoStorage': { backend: 's3' },
  'storages.backends.s3boto3.S3Boto3Storage': { backend: 's3' },
  'storages.backends.s3boto3.S3StaticStorage': { backend: 's3', unsigned: true },
  'storages.backends.s3boto3.S3ManifestStaticStorage': {
    backend: 's3',
    unsigned: true,
    hashed: true,
  },
  'storages.backends.s3.S3Storage': { backend: 's3' },
  'storages.backends.s3.S3StaticStorage': { backend: 's3', unsigned: true },
  'storages.backends.s3.S3ManifestStaticStorage': { backend: 's3', unsigned: true, hashed: true },
};

/** `local`, `s3`, a module, or a Django class path; `storages` is the user's own table of class paths. */
export function placeBackend(name: string, storages: ReadonlyMap<string, string>): Placed {
  if (name === 'local' || name === 's3' || isModule(name)) return { backend: name, ...plain };
  const mapped = storages.get(name);
  if (mapped !== undefined) return placeMapped(name, mapped);
  if (!name.includes('.')) {
    return {
      problem: `must be local, s3 or a module such as ./${name}.js${didYouMean(name, ['local', 's3'])}`,
    };
  }
  const known = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (known !== undefined) return { ...plain, ...known };
  return { problem: whyUnknown(name) };
}

const plain = { unsigned: false, hashed: false };

function isModule(name: string): boolean {
  return /[\\/]/.test(name) || /^[.@]/.test(name);
}

function placeMapped(name: string, mapped: string): Placed {
  if (mapped === 'local' || mapped === 's3' || isModule(mapped))
    return { backend: mapped, ...plain };
  return {
    problem: `stands for "${mapped}" in storages; "${name}" must stand for local, s3 or a module`,
  };
}

/** WhiteNoise's classes store in a directory what our own options make of it. */
const whiteNoise: Readonly<Record<string, string>> = {
  'whitenoise.storage.CompressedStaticFilesStorage': '"compress": true',
  'whitenoise.storage.CompressedManifestStaticFilesStorage':
    '"hash": { "engine": "django-5.2" }, "compress": true',
};

function whyUnknown(name: string): string {
  if (/\.[cm]?[jt]s$/.test(name)) return `looks like a file; write "./${name}"`;
  const noise = Object.hasOwn(whiteNoise, name) ? whiteNoise[name] : undefined;
  const slip = didYouMean(name, Object.keys(classes));
  const meaning =
    noise === undefined
      ? `"storages": { "${name}": "s3" }`
      : `"storages": { "${name}": "local" }, ${noise}`;
  return `is ${name}, a class that is not known here${slip}; say what it means in the config: ${meaning}`;
}
