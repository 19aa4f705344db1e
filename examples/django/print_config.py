"""Prints a collect.config.json that collects what this Django project's collectstatic would collect.

    python manage.py shell -v 0 < node_modules/collect-static/examples/django/print_config.py > collect.config.json

Sources are in the order of the finders, so that the same file wins as in Django. Credentials are not
printed: they belong in the environment.
"""

import json
import os
import sys

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder, get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

DEFAULT_IGNORES = ["CVS", ".*", "*~"]

# Names of django-storages: an option in STORAGES, a setting, and what it is called here.
S3_OPTIONS = [
    ("bucket_name", "AWS_STORAGE_BUCKET_NAME", "bucket"),
    ("location", "AWS_LOCATION", "location"),
    ("region_name", "AWS_S3_REGION_NAME", "region"),
    ("endpoint_url", "AWS_S3_ENDPOINT_URL", "endpoint"),
]


def shown(path):
    """A path as the config file should have it: relative where it lies in the project."""
    path = os.path.realpath(path)
    inside = os.path.commonpath([path, os.getcwd()]) == os.getcwd()
    return (os.path.relpath(path) if inside else path).replace(os.sep, "/")


def sources():
    for finder in get_finders():
        if isinstance(finder, FileSystemFinder):
            # Not its storages: of a directory under two prefixes they keep the last one only.
            for prefix, root in finder.locations:
                yield root, prefix
        elif isinstance(finder, AppDirectoriesFinder):
            for storage in finder.storages.values():
                yield storage.location, ""
        else:
            print(f"not taken over: {type(finder).__name__}", file=sys.stderr)


def config():
    written = {"sources": []}
    for root, prefix in sources():
        if not os.path.isdir(root):
            continue
        source = {"dir": shown(root), "optional": True}
        if prefix:
            source["prefix"] = prefix
        written["sources"].append(source)

    ignores = apps.get_app_config("staticfiles").ignore_patterns
    if list(ignores) == DEFAULT_IGNORES:
        # Of what these name, collect-static takes this one all the same.
        written["ignore"] = [".well-known"]
    else:
        written["defaultIgnore"] = False
        written["ignore"] = list(ignores)

    if settings.STATIC_URL:
        written["url"] = settings.STATIC_URL
    if settings.STATIC_ROOT:
        written["local"] = {"dir": shown(settings.STATIC_ROOT)}

    storage = settings.STORAGES["staticfiles"]
    written["backend"] = storage["BACKEND"]
    if isinstance(staticfiles_storage, ManifestFilesMixin):
        written["hash"] = {
            "engine": "django-6" if django.VERSION >= (6,) else "django-5.2",
            "jsModules": staticfiles_storage.support_js_module_import_aggregation,
        }
    options = storage.get("OPTIONS", {})
    s3 = {}
    for option, setting, name in S3_OPTIONS:
        value = options.get(option, getattr(settings, setting, None))
        if value and ".s3" in storage["BACKEND"]:
            s3[name] = value
    if s3:
        written["s3"] = {"location": "", **s3}
    return written


print(json.dumps(config(), indent=2))
