import type { DjangoEngine } from '../../../src/processors/rewrite/django/rewrite-text.ts';
import { installPython, whyMissing } from '../pip.ts';

const releases: Readonly<Record<DjangoEngine, string>> = {
  'django-5.2': 'Django==5.2.*',
  'django-6': 'Django==6.1.*',
};

/** A Python with that Django. Rejects as installPython. */
export function installDjango(engine: DjangoEngine): Promise<string> {
  // Django 6 asks for Python 3.12, and oracle.py makes it run on 3.11 as well, which Debian 12 has.
  return installPython(engine, [releases[engine]], ['--ignore-requires-python']);
}

/** Why this Django cannot be had here, or undefined if it can. */
export function djangoMissing(engine: DjangoEngine): Promise<string | undefined> {
  return whyMissing(() => installDjango(engine));
}
