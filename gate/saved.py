"""JSON that an earlier run left behind, read again."""

import json
from pathlib import Path

from gate.document import Json
from gate.problem import NotDone


def load(path: Path, what: str, remedy: str) -> Json:
    """The content of a file; raises NotDone, which says that it is no `what` and how to mend that."""
    try:
        content: Json = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotDone(f"{path}: cannot be read ({error.strerror}); {remedy}") from error
    except RecursionError as error:
        raise NotDone(f"{path}: is no {what} (it is nested too deeply); {remedy}") from error
    except ValueError as error:
        raise NotDone(f"{path}: is no {what} ({error}); {remedy}") from error
    return content
