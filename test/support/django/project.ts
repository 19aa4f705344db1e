import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSite, type Site } from '../create-site.ts';
import { root } from '../npm.ts';

const settings = `
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "test"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = [
    "blog",
    "shop",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [BASE_DIR / "templates"],
    "APP_DIRS": True,
}]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "collected"
STATICFILES_DIRS = [BASE_DIR / "assets", ("vendor", BASE_DIR / "third-party")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
`;

/** Django's own view, as its documentation shows it; it serves what lies in STATIC_ROOT and nothing else. */
const urls = `
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path, re_path
from django.views.static import serve

urlpatterns = [
    path("", lambda request: HttpResponse(render_to_string("page.html"))),
    re_path(r"^static/(?P<path>.*)$", serve, {"document_root": settings.STATIC_ROOT}),
]
`;

const manage = `
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`;

const page = (names: readonly string[]) =>
  `{% load static %}${names.map((name) => `{% static "${name}" %}\n`).join('')}`;

/** Asks for the page and for every URL on it, as a browser would. */
const visit = `
import hashlib, json
from django.test import Client
client = Client()
urls = client.get("/").content.decode().splitlines()
def get(url):
    response = client.get(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return {"url": url, "status": response.status_code, "sha256": hashlib.sha256(body).hexdigest()}
print("ANSWER" + json.dumps([get(url) for url in urls]))
`;

/** What a dry run of collectstatic would copy: Django's names, and the files that it says it takes. */
const dryRun = `
import io, json
from django.contrib.staticfiles.management.commands.collectstatic import Command
log = io.StringIO()
command = Command(stdout=log)
command.set_options(interactive=False, verbosity=1, link=False, clear=False, dry_run=True,
                    ignore_patterns=[], use_default_ignore_patterns=True, post_process=True)
names = command.collect()["modified"]
paths = [line.split("'")[1] for line in log.getvalue().splitlines() if line.startswith("Pretending to copy")]
print("ANSWER" + json.dumps(dict(zip(names, paths, strict=True))))
`;

export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly sha256: string;
}

export interface DjangoProject {
  readonly site: Site;
  /** Runs examples/django/print_config.py as its first lines say; resolves to the config. */
  printConfig(): Promise<Record<string, unknown>>;
  /** Name → path of each file that `manage.py collectstatic --dry-run` would copy. */
  wouldCopy(): Promise<Readonly<Record<string, string>>>;
  /** What the page's URLs are answered with. */
  visit(): Promise<readonly Visit[]>;
}

/** A project with Django's admin, two apps, a directory and a directory under a prefix. */
export async function createProject(
  python: string,
  names: readonly string[],
): Promise<DjangoProject> {
  const site = await createSite({
    'manage.py': manage,
    'settings.py': settings,
    'urls.py': urls,
    'templates/page.html': page(names),
    'assets/css/site.css': '@import "parts/a.css"; body { background: url("../img/logo.svg") }',
    'assets/css/parts/a.css': 'a { color: red }',
    'assets/img/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'assets/.hidden': 'no',
    // Django passes it over, and collect-static would not.
    'assets/.well-known/security.txt': 'no',
    'assets/old.css~': 'no',
    'third-party/lib.js': 'export const version = 1;',
    'blog/__init__.py': '',
    'blog/static/blog/post.js': 'console.log("blog")',
    'blog/static/common/theme.css': 'b { color: blue }',
    'blog/static/css/site.css': 'shadowed',
    'shop/__init__.py': '',
    'shop/static/shop/a b+ü.css': 'c { background: url(cart.png) }',
    'shop/static/shop/cart.png': 'png',
    'shop/static/common/theme.css': 'shadowed',
  });
  const run = async (args: readonly string[], input = '') => {
    const env = { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1' };
    const running = promisify(execFile)(python, ['manage.py', ...args], { cwd: site.dir, env });
    running.child.stdin?.end(input);
    return (await running).stdout;
  };
  const ask = async (script: string): Promise<unknown> => {
    const output = await run(['shell', '-v', '0', '-c', script]);
    return JSON.parse(output.slice(output.indexOf('ANSWER') + 'ANSWER'.length));
  };
  return {
    site,
    printConfig: async () => {
      const script = await readFile(join(root, 'examples', 'django', 'print_config.py'), 'utf8');
      const printed = await run(['shell', '-v', '0'], script);
      return JSON.parse(printed) as Record<string, unknown>;
    },
    wouldCopy: async () => (await ask(dryRun)) as Record<string, string>,
    visit: async () => (await ask(visit)) as Visit[],
  };
}
