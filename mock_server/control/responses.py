"""Answers of what stands beside the API: pages, files and the control API's JSON."""

import json
from collections.abc import Mapping
from typing import Any

from mock_server.messages import Headers, Response

NO_STORE: Headers = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))


def reply_json(content: Mapping[str, Any], status: int = 200) -> Response:
    """Return a JSON answer; `content` is anything that JSON can write."""
    return reply_file(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"), "application/json", status)


def reply_file(body: bytes, content_type: str, status: int = 200) -> Response:
    """Return a page, a file, or any other body."""
    length = ("Content-Length", str(len(body)))
    return Response(status, (("Content-Type", content_type), *NO_STORE, length), body)


def refuse(message: str, status: int) -> Response:
    """Return a refusal, said for people."""
    return reply_json({"message": message}, status)
