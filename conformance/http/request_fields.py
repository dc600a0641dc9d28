"""Find all that a deployment could take for a field: in the query, in the body, under brackets, however often."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from conformance.exchange import Json


def read_fields(query: str, body: bytes | None, content_type: str | None) -> Mapping[str, list[Json]]:
    """All values of each field; a body that is no JSON object counts as empty."""
    fields: dict[str, list[Json]] = {}
    text = (body or b"").decode("utf-8", "replace")
    pairs: list[tuple[str, Json]] = [*parse_qsl(query, keep_blank_values=True)]
    if content_type and "json" in content_type:
        pairs += _members(text)
    else:
        pairs += parse_qsl(text, keep_blank_values=True)
    for name, value in pairs:
        fields.setdefault(name.partition("[")[0], []).append(value)
    return fields


def _members(text: str) -> list[tuple[str, Json]]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return list(parsed.items()) if isinstance(parsed, dict) else []
