"""Read a fleet file (TOML) by the schema beside this module; errors are reported with line and hint."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import jsonschema_rs

from conformance.fleet.budget import Allowance, Politeness
from conformance.fleet.deployment import DEFAULT_TIME_LIMIT, Deployment
from conformance.fleet.keys import KeyKind, KeySource
from conformance.target import RunError

SCHEMA = Path(__file__).with_name("fleet-file.schema.json")
PATHS = ("waivers", "contract", "ca-bundle", "client-cert", "client-key")
NO_OPTIONS = ("name", "target", "tags", "time-limit", "header-env", *(kind.value for kind in KeyKind))
UNITS = {"s": 1, "m": 60, "h": 3600}
DEFAULT_RUNS = 4
MISTAKES_TOLD = 50
Mistake = tuple[Sequence[str | int], str]
"""The path of a setting, and the error in it."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The deployments of a fleet file, and the limits for their hosts."""

    deployments: Sequence[Deployment]
    politeness: Politeness


def load(path: Path) -> Fleet:
    """Read a fleet file. Raises RunError that lists every error in it."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror}); name a fleet file (TOML).") from error
    except UnicodeDecodeError as error:
        raise RunError(f"{path} is not UTF-8 text; name a fleet file (TOML).") from error
    except tomllib.TOMLDecodeError as error:
        raise RunError(f"{path} is not TOML: {error}.") from error
    mistakes = list(_mistakes(content)) or list(_contradictions(content))
    if mistakes:
        places = {(line_of(text, place), message) for place, message in mistakes[:MISTAKES_TOLD]}
        raise RunError("\n".join(f"{path}:{line}: {message}" for line, message in sorted(places)))
    defaults = content.get("defaults", {})
    return Fleet(
        deployments=[_deployment(defaults, entry, path.resolve().parent) for entry in content["deployment"]],
        politeness=_politeness(content.get("politeness", {})),
    )


def _deployment(defaults: Mapping[str, Any], entry: Mapping[str, Any], folder: Path) -> Deployment:
    # A deployment's own key replaces the default one of any kind.
    own_key = any(kind.value in entry for kind in KeyKind)
    inherited = {name: value for name, value in defaults.items() if not (own_key and name.startswith("key-"))}
    settings = {**inherited, **entry}
    options = {name: value for name, value in settings.items() if name not in NO_OPTIONS}
    for name in PATHS:
        if name in options:
            options[name] = str(folder / options[name])
    return Deployment(
        name=settings["name"],
        target=settings["target"].rstrip("/"),
        key=_key(settings, folder),
        tags=[*defaults.get("tags", ()), *entry.get("tags", ())],
        options=options,
        header_env=settings.get("header-env", ""),
        time_limit=_seconds(settings["time-limit"]) if "time-limit" in settings else DEFAULT_TIME_LIMIT,
    )


def _key(settings: Mapping[str, Any], folder: Path) -> KeySource:
    kind = next(kind for kind in KeyKind if kind.value in settings)
    value = settings[kind.value]
    if kind is KeyKind.FILE:
        return KeySource(kind, [str(folder / value)])
    if kind is KeyKind.COMMAND and isinstance(value, str):
        return KeySource(kind, shlex.split(value))
    return KeySource(kind, [value] if isinstance(value, str) else list(value))


def _seconds(text: str) -> float:
    return float(text[:-1]) * UNITS[text[-1]]


def _politeness(table: Mapping[str, Any]) -> Politeness:
    usual = _allowance(table, Allowance(runs=DEFAULT_RUNS, rate=0.0))
    return Politeness(usual, {entry["name"].lower(): _allowance(entry, usual) for entry in table.get("host", [])})


def _allowance(table: Mapping[str, Any], fallback: Allowance) -> Allowance:
    return Allowance(
        runs=table.get("runs-per-host", fallback.runs), rate=float(table.get("requests-per-second", fallback.rate))
    )


def _mistakes(content: Mapping[str, Any]) -> Iterator[Mistake]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for error in jsonschema_rs.validator_for(schema).iter_errors(content):
        path = list(error.instance_path)
        unexpected = getattr(error.kind, "unexpected", None)
        if unexpected is None:
            label = f"{path[-1]}: " if path and isinstance(path[-1], str) else ""
            yield path, f"{label}{error.message}"
        for name in unexpected or ():
            yield [*path, name], f"{name} is not a setting here{_hint(name, path, schema)}"


def _hint(name: str, path: Sequence[str | int], schema: Mapping[str, Any]) -> str:
    if name in ("key", "api-key", "token", "password"):
        return "; the file never holds a key: name its source with key-env, key-file or key-command."
    places: list[Mapping[str, Any]] = [schema["properties"], schema["$defs"]["settings"]["properties"]]
    places += [schema["properties"]["deployment"]["items"]["properties"]] if path[:1] == ["deployment"] else []
    places += [schema["properties"]["politeness"]["properties"]] if path[:1] == ["politeness"] else []
    similar = get_close_matches(name.replace("_", "-"), [setting for place in places for setting in place], n=1)
    return f"; did you mean {similar[0]}?" if similar else "."


def _contradictions(content: Mapping[str, Any]) -> Iterator[Mistake]:
    kinds = [kind.value for kind in KeyKind]
    defaults = content.get("defaults", {})
    indices: dict[str, int] = {}
    if sum(kind in defaults for kind in kinds) > 1:
        yield ["defaults"], f"[defaults] has more than one of {', '.join(kinds)}; keep one."
    for index, entry in enumerate(content["deployment"]):
        own = [kind for kind in kinds if kind in entry]
        if len(own) > 1:
            yield ["deployment", index], f"{entry['name']} has {' and '.join(own)}; keep one."
        if not own and not any(kind in defaults for kind in kinds):
            message = f"{entry['name']} has no key; name its source with {', '.join(kinds[:2])} or {kinds[2]}."
            yield ["deployment", index], message
        former = indices.setdefault(entry["name"].lower(), index)
        if former != index:
            yield ["deployment", index], f"the name {entry['name']} is taken by deployment {former + 1}; give another."


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line (from 1) of a table or setting; the line of the nearest header if it is not found."""
    lines = text.splitlines()
    tables = [step for step in path if isinstance(step, str)]
    index = next((step for step in path if isinstance(step, int)), 0)
    for depth in range(len(tables), 0, -1):
        name = ".".join(tables[:depth])
        starts = [number for number, line in enumerate(lines) if _header(line) == name]
        if index < len(starts):
            return line_of_setting(lines, starts[index], tables[depth] if depth < len(tables) else "") + 1
    return line_of_setting(lines, -1, tables[0] if tables else "") + 1 or 1


def _header(line: str) -> str:
    match = re.match(r"\s*\[\[?([^\]]+)\]", line)
    return re.sub(r"[\s\"']", "", match[1]) if match else ""


def line_of_setting(lines: Sequence[str], start: int, name: str) -> int:
    setting = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
    for number in range(start + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            break
        if name and setting.match(lines[number]):
            return number
    return max(start, 0)
