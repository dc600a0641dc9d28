"""The pages of the mock, from files in this package: the inspector at `/`, the documentation at `/docs`."""

import functools
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from mock_server.messages import Request, Response
from mock_server.responses import refuse, reply_file

INSPECTOR = Path(__file__).parents[1] / "inspector"
SWAGGER_UI = "flask-swagger-ui"
SWAGGER_FILES = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE"})
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
DOCS_POLICY = f"{POLICY}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:"
"""The policy for Swagger UI, which sets styles on its elements, and uses images in its styles."""

INSPECTOR_PATHS = {"/": "index.html", "/docs": "docs.html", "/docs/": "docs.html", "/favicon.ico": "icon.svg"}
INSPECTOR_FILES = "/_mock/inspector/"
DOCS_FILES = "/_mock/swagger-ui/"


def find_page(request: Request) -> Response | None:
    """Return the page or file at a path, or None."""
    path = request.path
    if path in INSPECTOR_PATHS:
        return _only_read(request, read_page(INSPECTOR / INSPECTOR_PATHS[path]))
    if path.startswith(INSPECTOR_FILES):
        return _only_read(request, _find_in(INSPECTOR, path.removeprefix(INSPECTOR_FILES)))
    if path.startswith(DOCS_FILES):
        return _only_read(request, _find_swagger_file(path.removeprefix(DOCS_FILES)))
    return None


def _only_read(request: Request, page: Response) -> Response:
    if request.method == "HEAD":
        return page.without_body()
    return page if request.method == "GET" else refuse("Pages can only be read.", 405)


def _find_in(folder: Path, name: str) -> Response:
    path = folder / name
    is_page = "/" not in name and path.suffix in TYPES and path.is_file()
    return read_page(path) if is_page else refuse("There is no such file.", 404)


def _find_swagger_file(name: str) -> Response:
    if name not in SWAGGER_FILES:
        return refuse("There is no such file.", 404)
    try:
        # Located without an import: the package with these files is a plug-in for Flask.
        path = Path(str(distribution(SWAGGER_UI).locate_file(f"flask_swagger_ui/dist/{name}")))
    except PackageNotFoundError:
        return refuse(f"The documentation's pages are in the package {SWAGGER_UI}: install it.", 404)
    return read_page(path)


@functools.lru_cache(maxsize=8)
def _read(path: Path, _changed: float) -> bytes:
    return path.read_bytes()


def read_page(path: Path) -> Response:
    """Return a file as a response, cached until the file changes."""
    page = reply_file(_read(path, path.stat().st_mtime), TYPES.get(path.suffix, "text/plain; charset=utf-8"))
    if path.suffix != ".html":
        return page
    policy = DOCS_POLICY if path.name == "docs.html" else POLICY
    return replace(page, headers=(*page.headers, ("Content-Security-Policy", policy)))
