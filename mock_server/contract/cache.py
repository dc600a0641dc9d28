"""Cache of a contract with its references resolved, beside its file, so that it is compiled once after each change."""

import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path

import orjson

from mock_server.contract.yaml_files import as_list, as_mapping
from mock_server.messages import Json, JsonObject

CACHE_VERSION = b"1"
"""The version of the format; changing it invalidates all caches of earlier versions of the mock."""


class ContractCache:
    """The compiled form of one contract, in a `__pycache__` folder beside it, where Python keeps its own.

    It is valid only for exactly the bytes that it was made from. If nothing can be written, nothing is cached.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.parent / "__pycache__" / f"{path.name}.json"
        self._digest: bytes | None = None
        with suppress(OSError):
            self._digest = hashlib.sha256(CACHE_VERSION + path.read_bytes()).hexdigest().encode()

    def read(self) -> JsonObject | None:
        """Return the cached document, or None if there is none for the current contract."""
        try:
            digest, _, written = self._file.read_bytes().partition(b"\n")
            return as_mapping(orjson.loads(written)) if digest == self._digest else None
        except (OSError, ValueError):
            return None

    def write(self, source: Json, document: JsonObject) -> None:
        """Cache a document made from this source, unless it depends on other files or cannot be expressed in JSON."""
        if sys.dont_write_bytecode or _refers_elsewhere(source):
            return
        if self._digest is None:
            return
        with suppress(OSError, TypeError, ValueError):
            written = orjson.dumps(document)
            if orjson.loads(written) == document:
                self._file.parent.mkdir(exist_ok=True)
                own = self._file.with_suffix(f".{os.getpid()}")
                own.write_bytes(self._digest + b"\n" + written)
                own.replace(self._file)


def _refers_elsewhere(value: Json) -> bool:
    reference = as_mapping(value).get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        return True
    children = [*as_mapping(value).values(), *as_list(value)]
    return any(map(_refers_elsewhere, children))
