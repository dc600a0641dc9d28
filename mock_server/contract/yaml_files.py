"""Read YAML and JSON files written by people, and report errors in them plainly."""

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
    """A YAML loader that only knows JSON's types: unquoted dates, `yes`, `017` and `12:30` are read as text."""

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
"""The maximum nesting of a YAML file."""


class DocumentError(Exception):
    """A file that cannot be used: its path, the line, the error and how to fix it, in one line."""

    def __init__(self, path: Path, problem: str, hint: str, line: int | None = None) -> None:
        where = str(path) if line is None else f"{path}, line {line}"
        super().__init__(" ".join(f"{where}: {problem} {hint}".splitlines()))


def read_document(path: Path) -> Json:
    """Return the content of a YAML or JSON file; raise DocumentError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if text.lstrip()[:1] in {"{", "["} or path.suffix == ".json":
            # YAML forbids characters that JSON allows.
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
    """Return whether a text may be nested too deeply, judged by brackets and indentation alone."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    indent = max(map(len, re.findall(r"^[ ?-]+", text, re.MULTILINE)), default=0)
    return deepest + 2 * indent > MAX_DEPTH


def _is_deep(text: str) -> bool:
    """Return whether a text is nested too deeply, which would make libyaml end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return True
    return False


def find_line(path: Path, steps: Sequence[str | int]) -> int | None:
    """Return the line, from 1, of the value at these keys and indexes in a YAML file."""
    try:
        node: yaml.Node | None = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except yaml.YAMLError:
        # JSON with characters that YAML forbids.
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
    """Return an object, or an empty one for any other value."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Json) -> Sequence[Json]:
    """Return an array, or an empty one for any other value."""
    return value if isinstance(value, list) else ()
