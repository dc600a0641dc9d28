"""JSON that an earlier run left behind, read again."""

import json
from pathlib import Path

from gate.errors import GateError
from gate.source.document import Json


def load(path: Path, what: str, remedy: str) -> Json:
    """Return the content of a file; raises GateError, which names `what` it should be and the remedy."""
    try:
        content: Json = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GateError(f"{path}: cannot be read ({error.strerror}); {remedy}") from error
    except RecursionError as error:
        raise GateError(f"{path}: is no {what} (it is nested too deeply); {remedy}") from error
    except ValueError as error:
        raise GateError(f"{path}: is no {what} ({error}); {remedy}") from error
    return content
