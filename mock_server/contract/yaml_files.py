"""Reads the YAML and JSON files that people write for the mock, and says plainly what is wrong with them."""

import contextlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import orjson
import yaml

from mock_server.messages import Json

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[misc]
    """Reads plain words as JSON's types alone: dates, `yes`, `017` and `12:30` are the text that they show."""

    yaml_implicit_resolvers: ClassVar[dict[str, object]] = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"<<$"), ["<"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)$"),
    list("-+0123456789"),
)


MAX_DEPTH = 200
"""The deepest nesting of a YAML file."""


class DocumentError(Exception):
    """A file that cannot be used: which, where, what is wrong and how to fix it, in one line."""

    def __init__(self, path: Path, what: str, hint: str, line: int | None = None) -> None:
        where = str(path) if line is None else f"{path}, line {line}"
        super().__init__(" ".join(f"{where}: {what} {hint}".splitlines()))


def read_document(path: Path) -> Json:
    """Return the content of a YAML or JSON file; raises DocumentError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if text.lstrip()[:1] in {"{", "["} or path.suffix == ".json":
            # YAML refuses characters that JSON allows.
            with contextlib.suppress(orjson.JSONDecodeError):
                parsed: Json = orjson.loads(text)
                return parsed
        if _may_be_deep(text) and _is_deep(text):
            raise DocumentError(path, "is nested too deeply.", "Fix it.")
        content: Json = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise DocumentError(path, f"cannot be read ({error.strerror}).", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise DocumentError(path, "is not UTF-8 text.", "Save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DocumentError(path, f"is not valid YAML: {error.problem}.", "Fix that line.", line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError(path, f"is not valid YAML: {error}.", "Fix it.") from error
    return content


def _may_be_deep(text: str) -> bool:
    """Tell by brackets and indents alone whether a text might be nested too deeply."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    indent = max(map(len, re.findall(r"^[ ?-]+", text, re.MULTILINE)), default=0)
    return deepest + 2 * indent > MAX_DEPTH


def _is_deep(text: str) -> bool:
    """Tell whether a text is nested too deeply: libyaml would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return True
    return False


def find_line(path: Path, steps: Sequence[str | int]) -> int | None:
    """Return the line, from 1, on which the value at these steps (keys and indexes) of a YAML file begins."""
    try:
        node: yaml.Node | None = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except yaml.YAMLError:
        # JSON with characters that YAML refuses.
        return None
    line = node.start_mark.line + 1 if node is not None else None
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            key, node = pairs.get(step, (None, None))
            line = key.start_mark.line + 1 if key is not None else line
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1 if node is not None else line
    return line


def as_mapping(value: Json) -> Mapping[str, Json]:
    """Return an object, or an empty one in the place of anything else."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Json) -> Sequence[Json]:
    """Return an array, or an empty one in the place of anything else."""
    return value if isinstance(value, list) else ()
