"""Django itself, asked over a pipe: one JSON request a line on stdin, one JSON answer a line on stdout.

collect: runs the collectstatic command on a tree whose files are found in the order that the request gives.
match:   where the compiled patterns of the storage match a text, one after another on the same text.
url:     what the functions of urllib and posixpath make of a text.
"""

import hashlib
import inspect
import io
import json
import os
import posixpath
import sys
from urllib.parse import unquote, urldefrag, urlsplit, urlunsplit

# Django 6 asks for Python 3.12. Of what came with that, this is all that importing its static files takes.
if not hasattr(inspect, "markcoroutinefunction"):
    inspect.markcoroutinefunction = lambda function: function

import django  # noqa: E402
from django.conf import settings  # noqa: E402

# The settings name this module; without this line it would be loaded a second time.
sys.modules["oracle"] = sys.modules["__main__"]

settings.configure(
    INSTALLED_APPS=["django.contrib.staticfiles"],
    STATIC_URL="/static/",
    MEDIA_URL="/media/",
    STATICFILES_FINDERS=["oracle.ListedFinder"],
)
django.setup()

from django.contrib.staticfiles.finders import BaseFinder  # noqa: E402
from django.contrib.staticfiles.management.commands.collectstatic import (  # noqa: E402
    Command,
)
from django.contrib.staticfiles.storage import (  # noqa: E402
    ManifestStaticFilesStorage,
)
from django.core.files.storage import FileSystemStorage  # noqa: E402
from django.core.management import call_command  # noqa: E402


class ModulesStorage(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True


class ListedFinder(BaseFinder):
    """Finds the files of the request, in its order: a directory's own order is the file system's whim."""

    names = ()
    source = ""

    def check(self, **kwargs):
        return []

    def find(self, path, *args, **kwargs):
        return []

    def list(self, ignore_patterns):
        storage = FileSystemStorage(location=ListedFinder.source)
        for name in ListedFinder.names:
            yield name, storage


def storage_class(request):
    return ModulesStorage if request["jsModules"] else ManifestStaticFilesStorage


def collect(request):
    settings.STATIC_URL = request["staticUrl"]
    ListedFinder.source = request["source"]
    ListedFinder.names = request["names"]
    os.makedirs(request["root"], exist_ok=True)
    stderr = io.StringIO()
    command = Command(stdout=io.StringIO(), stderr=stderr)
    command.storage = storage_class(request)(
        location=request["root"], base_url=request["staticUrl"]
    )
    try:
        call_command(command, interactive=False, verbosity=0)
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}", "stderr": stderr.getvalue()}
    files = {}
    for directory, _, names in os.walk(request["root"]):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as file:
                digest = hashlib.md5(file.read()).hexdigest()
            files[os.path.relpath(path, request["root"])] = digest
    with open(os.path.join(request["root"], "staticfiles.json"), encoding="utf-8") as file:
        return {"files": files, "manifest": file.read()}


def match(request):
    """Spans of match and URL for each pattern; those that Django 6 ignores are left out."""
    text = request["text"]
    settings.STATIC_ROOT = "/nonexistent"
    storage = storage_class(request)()
    answer = []
    for compiled, _, *ignored in storage._patterns[request["extension"]]:
        blocks = storage.get_ignored_blocks(text, ignored[0]) if ignored else []
        answer.append(
            [
                [*found.span("matched"), *found.span("url")]
                for found in compiled.finditer(text)
                if not (blocks and storage.is_in_ignored_block(found.start(), blocks))
            ]
        )
    return answer


def url(request):
    text = request["text"]
    parts = urlsplit(text)
    return {
        "unquote": unquote(text),
        "split": list(parts),
        "joined": urlunsplit(parts),
        "defragment": list(urldefrag(text)),
        "normalised": posixpath.normpath(text),
        "stripped": text.strip(),
    }


commands = {"collect": collect, "match": match, "url": url}

print(json.dumps({"django": django.get_version()}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = commands[request["command"]](request)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
