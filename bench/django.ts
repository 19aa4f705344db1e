import { cacheControl, type Peer } from './peer.ts';

const requirements = ['Django==5.2.19', 'django-storages[s3]==1.14.6', 'boto3==1.44.8'];

const manage = `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`;

/** The settings of django-storages' documentation; without a bucket, Django's own storage. */
const settings = `import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "exam"
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "out"
STATICFILES_DIRS = [BASE_DIR / "static"]
if "BUCKET" in os.environ:
    STORAGES = {
        "staticfiles": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": os.environ["BUCKET"],
                "location": "static",
                "object_parameters": {"CacheControl": "${cacheControl}"},
            },
        },
    }
`;

const fast = `INSTALLED_APPS.insert(0, "collectfasta")
COLLECTFASTA_STRATEGY = "collectfasta.strategies.boto3.Boto3Strategy"
COLLECTFASTA_THREADS = 20
`;

const collectstatic = ['python', 'manage.py', 'collectstatic', '--noinput'];

const version = (...packages: readonly string[]) => [
  'python',
  '-c',
  `from importlib.metadata import version; print(" + ".join(map(version, ${JSON.stringify(packages)})))`,
];

export const django: Peer = {
  name: 'Django + django-storages',
  install: { kind: 'pip', requirements },
  version: version('django', 'django-storages'),
  deploys: () => collectstatic,
  env: ({ bucket }) => ({ BUCKET: bucket }),
  files: () => ({ 'manage.py': manage, 'settings.py': settings }),
  copies: collectstatic,
};

export const collectfasta: Peer = {
  name: 'Django + django-storages + collectfasta',
  install: { kind: 'pip', requirements: [...requirements, 'collectfasta==3.3.5'] },
  version: version('django', 'django-storages', 'collectfasta'),
  deploys: () => collectstatic,
  env: ({ bucket }) => ({ BUCKET: bucket }),
  files: () => ({ 'manage.py': manage, 'settings.py': settings + fast }),
  note: '`COLLECTFASTA_THREADS = 20`',
};
