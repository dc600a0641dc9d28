"""Severities of rules, as set by a configuration file."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gate.diff.catalogue import RULES
from gate.errors import GateError
from gate.verdict import Finding, Severity

FILE = "milestones-gate.toml"
PROJECT_FILE = "pyproject.toml"
TABLE = "severity"
SEVERITIES: Mapping[str, Severity] = {
    "error": Severity.ERROR,
    "warning": Severity.UNDECIDED,
    "info": Severity.INFO,
}


@dataclass(frozen=True, slots=True)
class Severities:
    """Severities by rule, and the file that sets them."""

    file: str = ""
    by_rule: Mapping[str, Severity] = field(default_factory=dict)

    def apply(self, findings: Iterable[Finding]) -> tuple[list[Finding], str]:
        """Return the findings with their severities, and a sentence if that changed any."""
        listed = list(findings)
        changed = [self._weighed(finding) for finding in listed]
        count = sum(old is not new for old, new in zip(listed, changed, strict=True))
        what = "1 finding has" if count == 1 else f"{count} findings have"
        return changed, f"{what} another severity by {self.file}." if count else ""

    def _weighed(self, finding: Finding) -> Finding:
        severity = self.by_rule.get(finding.rule, finding.severity)
        if severity is finding.severity:
            return finding
        name = next(name for name, value in SEVERITIES.items() if value is severity)
        return replace(finding, severity=severity, kind=f"set to {name}")


def read_severities(file: Path | None, folder: Path) -> Severities:
    """Return the severities from a file, or else from `milestones-gate.toml` or `pyproject.toml` in a folder.

    Raises GateError, with the line and a hint, for an unknown rule, an unknown severity or invalid TOML.
    """
    if file is not None:
        return _checked(file, str(file))
    own, project = folder / FILE, folder / PROJECT_FILE
    if own.is_file():
        return _checked(own, FILE)
    return _checked(project, PROJECT_FILE, "tool", "milestones-gate") if project.is_file() else Severities()


def _checked(path: Path, name: str, *tables: str) -> Severities:
    text = _read(path, name)
    content: Any = _parse(text, name)
    for table in tables:
        content = content.get(table, {}) if isinstance(content, dict) else {}
    lines = _Lines(text, name)
    if not isinstance(content, dict):
        raise GateError(f"{name}: {'.'.join(tables)} is not a table; write [{'.'.join([*tables, TABLE])}].")
    for key in content:
        if key != TABLE:
            raise GateError(f"{lines.of(key)}: {key} is not a table that the gate reads; write [{TABLE}].")
    by_rule = content.get(TABLE, {})
    if not isinstance(by_rule, dict):
        raise GateError(f"{lines.of(TABLE)}: {TABLE} is not a table; write [{'.'.join([*tables, TABLE])}].")
    return Severities(name, {rule: parse_severity(rule, value, lines) for rule, value in by_rule.items()})


def parse_severity(rule: str, value: object, lines: "_Lines") -> Severity:
    """Return the severity of a rule; raise GateError for an unknown rule or severity."""
    if rule not in RULES:
        similar = get_close_matches(rule, RULES, n=1)
        hint = (
            f"did you mean {similar[0]}?"
            if similar
            else "gate.json names the rule of each finding, docs/gate-rules.md lists all rules."
        )
        raise GateError(f"{lines.of(rule)}: {rule} is not a rule; {hint}")
    if not isinstance(value, str) or value not in SEVERITIES:
        raise GateError(f"{lines.of(rule)}: {value!r} is not a severity; write one of {', '.join(SEVERITIES)}.")
    return SEVERITIES[value]


@dataclass(frozen=True, slots=True)
class _Lines:
    text: str
    name: str

    def of(self, key: str) -> str:
        """Return the file and line of a key, or the file alone if its line is not found."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if line.partition("=")[0].strip(" \t\"'[]").rpartition(".")[2].strip("\"'") == key.rpartition(".")[2]:
                return f"{self.name}:{number}"
        return self.name


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise GateError(f"{name}: cannot be read ({error.strerror}); give a file of TOML.") from error
    except UnicodeDecodeError as error:
        raise GateError(f"{name}: is not UTF-8 text; save it as UTF-8.") from error


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise GateError(f"{name}: is not TOML ({error}); write [{TABLE}], and below it RULE = SEVERITY.") from error
