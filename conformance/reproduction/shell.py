"""Write a reproduction as a POSIX shell script that needs only curl."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from math import ceil

from conformance.contract import Requirement
from conformance.exchange import AuthVariant
from conformance.reproduction.checks import (
    AllOf,
    AnyOf,
    Check,
    Compared,
    EveryRowHas,
    HeaderHas,
    IsInstant,
    IsJson,
    IsNotBefore,
    IsWhole,
    RowsHave,
    Simple,
    StandsBefore,
    StatusIs,
    TypeIs,
    ValueIs,
    simple_checks,
    texts_of,
)
from conformance.reproduction.program import Label, Part, Prerequisite, Program, ProgramStep, Ref, Template, refs_in
from conformance.reproduction.reproduce import Reproduction
from conformance.reproduction.shell_words import comment, name_of, place_of, quoted, reader
from conformance.target import DIRECT, NetworkOptions

KEYS = {
    AuthVariant.OURS: "ours",
    AuthVariant.SMALL_SCHEME: "bearer",
    AuthVariant.NONE: "none",
    AuthVariant.WRONG: "wrong",
    AuthVariant.EMPTY: "empty",
    AuthVariant.CUT: "cut",
    AuthVariant.LONGER: "longer",
    AuthVariant.OTHER_CASE: "other-case",
    AuthVariant.SPLIT: "split",
    AuthVariant.TYPO: "typo",
    AuthVariant.OTHER_SCHEME: "token",
    AuthVariant.BASIC_SCHEME: "basic",
    AuthVariant.WILDCARD: "wildcard",
    AuthVariant.ENCODED: "encoded",
}
NAMES = {
    "createProject": "project",
    "cloneProject": "project",
    "createMilestone": "milestone",
    "createTask": "task",
    "cloneTask": "task",
    "addTaskComment": "comment",
}
RECORD = re.compile(r"(Milestone|Task|Comment)s?$")
READS = ("GET", "HEAD", "OPTIONS")
PLAIN = re.compile(r"[^\\\"$`!]*")
ASSIGNED = re.compile(r"\b([a-z_]+)=")
WIDTH = 96


def file_name(requirement: str) -> str:
    """Return the name of the script of a requirement."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", requirement) + ".sh"


def script(
    reproduction: Reproduction, requirement: Requirement, target: str, command: str, network: NetworkOptions = DIRECT
) -> str:
    """Return the script that reproduces a violation of a requirement, with the run's network options."""
    return _Writer(reproduction, network).script(requirement, target, command)


def prelude() -> str:
    """Return the functions that every script needs."""
    return files("conformance.reproduction").joinpath("prelude.sh").read_text(encoding="utf-8")


def fallback(requirement: Requirement, command: str) -> str:
    """Return a script that runs the suite again, for a violation that no sequence of calls shows by itself."""
    return "\n".join(
        [
            *_head(requirement),
            "# No short sequence of calls shows this violation by itself; the suite checks it again.",
            '[ -n "${MILESTONES_TARGET-}" ] || { echo "MILESTONES_TARGET is not set." >&2; exit 3; }',
            '[ -n "${MILESTONES_API_KEY-}" ] || { echo "MILESTONES_API_KEY is not set." >&2; exit 3; }',
            'command -v milestones-check >/dev/null || { echo "milestones-check is not installed." >&2; exit 3; }',
            f'exec {command} --target "$MILESTONES_TARGET"',
            "",
        ]
    )


def _head(requirement: Requirement) -> list[str]:
    return [
        "#!/bin/sh",
        f"# {requirement.id} ({requirement.level})",
        f"# {comment(requirement.text)}",
        f"# Source: {comment(requirement.source)}",
        "#",
        f"#   MILESTONES_TARGET=https://crm.example.com/api MILESTONES_API_KEY=... sh {file_name(requirement.id)}",
        "#",
        "# It works in projects of its own, titled ZZZ_CONFORMANCE_..., and deletes them at the end.",
        "# Exit code: 0 the requirement holds, 1 it is violated, 2 it could not be decided, 3 it could not be run.",
        "",
    ]


@dataclass
class _Writer:
    reproduction: Reproduction
    network: NetworkOptions

    def __post_init__(self) -> None:
        self.program: Program = self.reproduction.program
        self.numbers = {step.number: place for place, step in enumerate(self.program.steps, 1)}
        self.names = dict(self._named())
        self.labels = self._numbered_labels()

    def script(self, requirement: Requirement, target: str, command: str) -> str:
        lines = [
            *_head(requirement)[:-1],
            f"# Found at {comment(target)}; the suite checks it again with",
            f"#   {comment(command)}",
            "",
            f"requirement={quoted(requirement.id + ': ' + requirement.text)}",
            *self._prerequisites(),
            "",
            "reproduce() {",
            *(f"    {line}" for line in self._calls()),
            "}",
            "",
            "check() {",
            f"    {self._check(self.reproduction.check)}",
            "}",
            "",
            prelude(),
            *self._way(),
            *self._again(),
            f"conclude {self.reproduction.rounds} {len(self.program.steps)}",
            "",
        ]
        return "\n".join(lines)

    def _prerequisites(self) -> Iterator[str]:
        used = {
            part.name
            for template in self._templates()
            for part in template
            if isinstance(part, Prerequisite) and part.name in self.program.prerequisites
        }
        if used:
            yield "# Records of the deployment that this script refers to; you can name others."
        for name in sorted(used):
            yield f"{name}=${{MILESTONES_{name.upper()}:-{self.program.prerequisites[name]}}}"

    def _way(self) -> Iterator[str]:
        """Write the options of curl for reaching the deployment; the environment may name other files."""
        options = [option for option in self.network.shell_options() if option.curl]
        if not options:
            return
        yield from (f"needs {name} {quoted(meaning)}" for name, meaning in self.network.variables.items())
        yield from (f"{o.variable}=${{{o.variable}:-{o.value}}}" for o in options if o.variable)
        lines = (f"option {o.curl} " + (f'"${o.variable}"' if o.variable else o.value) for o in options)
        yield from ["network() {", *(f"    {line.rstrip()}" for line in lines), "}", ""]

    def _templates(self) -> Iterator[Template]:
        for step in self.program.steps:
            yield from step.templates
        for part in simple_checks(self.reproduction.check):
            yield from texts_of(part)

    # Variables

    def _named(self) -> Iterator[tuple[Ref, str]]:
        """Assign a variable to each value that is used later, unlike any that the script's functions set."""
        used = dict.fromkeys(ASSIGNED.findall(prelude()), 1)
        steps = {step.number: step for step in self.program.steps}
        refs = sorted(
            {Ref(ref.step, ref.path) for template in self._templates() for ref in refs_in(template)},
            key=lambda ref: (ref.step, ref.path),
        )
        for ref in refs:
            base = NAMES.get(steps[ref.step].operation, "") if ref.path == "data.id" else ""
            base = base or ("default" if "type=uncategorised" in ref.path else name_of(ref.path))
            used[base] = used.get(base, 0) + 1
            yield ref, base if used[base] == 1 else f"{base}_{used[base]}"

    def _numbered_labels(self) -> dict[int, int]:
        labels = [part.number for template in self._templates() for part in template if isinstance(part, Label)]
        return {label: place for place, label in enumerate(dict.fromkeys(labels), 1)}

    # Calls

    def _calls(self) -> Iterator[str]:
        for place in self.labels.values():
            yield f"title_{place}=ZZZ_CONFORMANCE_${{run}}_${{round}}_{place}"
        for group in self.program.groups():
            for step in group:
                yield from self._call(step, together=len(group) > 1)
            if len(group) > 1:
                yield "wait"
            for step in group:
                yield from self._captures(step)

    def _call(self, step: ProgramStep, *, together: bool) -> Iterator[str]:
        headers = {name: value for name, value in step.headers.items() if name.lower() != "content-type"}
        content_type = next((step.headers[name] for name in step.headers.keys() - headers), step.content_type)
        if headers:
            yield "headers=" + quoted("\n".join(f"{name}: {value}" for name, value in headers.items()))
        target = self._text(step.path + (("?", *step.query) if step.query else ()))
        words = ["call", str(self.numbers[step.number]), KEYS[step.key], step.method, target]
        if step.body is not None or content_type:
            words.append(quoted(content_type or ""))
        if step.body is not None:
            words.append(self._text(step.body))
        if step.paused:
            yield f"sleep {ceil(step.paused)}"
        line = " ".join(words)
        if len(line) > WIDTH and step.body is not None:
            line = " ".join(words[:-1]) + " \\\n        " + words[-1]
        yield line + (" &" if together else "")

    def _captures(self, step: ProgramStep) -> Iterator[str]:
        number = self.numbers[step.number]
        for ref, name in self.names.items():
            if ref.step == step.number:
                yield f"{name}=$({reader(number, ref.path)})"
                yield f'need "${name}" {quoted(f"{ref.path} in the answer to call {number}")} || return 2'
                if (kind := _kind(step, ref)) and self._is_written(ref):
                    task = [self._part(part) for part in refs_in(step.path)] if kind == "comment" else []
                    yield " ".join(["ours", kind, f'"${name}"', *task, "|| return 2"])
        if step.makes_project:
            title = next((part for part in step.body or () if isinstance(part, Label)), None)
            if title is not None:
                made = self.names.get(Ref(step.number, "data.id"))
                identifier = f'"${made}"' if made else f'"$(value {number} data.id)"'
                mine = f'own {identifier} "$title_{self.labels[title.number]}"'
                # A project that is not used later is only cleaned up.
                yield f"{mine} || return 2" if made else f"{mine} >/dev/null || :"

    def _is_written(self, ref: Ref) -> bool:
        """Return whether a call other than a read names a record."""
        return any(ref in step.refs for step in self.program.steps if step.method not in READS)

    def _text(self, template: Template) -> str:
        """Write a text as a shell word."""
        word, former = "", ""
        for part in map(self._part, template):
            # Adjacent parts in double quotes are merged; quotes inside a part belong to it.
            word = word[:-1] + part[1:] if former[:1] == part[:1] == '"' else word + part
            former = part
        return word or "''"

    def _part(self, part: Part) -> str:
        match part:
            case str():
                return f'"{part}"' if PLAIN.fullmatch(part) else quoted(part)
            case Ref():
                name = self.names[Ref(part.step, part.path)]
                cut = {"first": "#?", "last": "%?"}.get(part.lacks, "")
                return f'"$(({name} + {part.offset}))"' if part.offset else f'"${{{name}{cut}}}"'
            case Label():
                return f'"${{title_{self.labels[part.number]}}}"'
            case Prerequisite():
                return f'"${{{part.name}}}"'

    def _again(self) -> Iterator[str]:
        """Write the call that the check examines, if it is a read that can be repeated."""
        steps = {part.step for part in simple_checks(self.reproduction.check)}
        read = [step for step in self.program.steps if step.number in steps and step.method in READS]
        if len(steps) == len(read) == 1:
            yield from ["again() {", *(f"    {line}" for line in self._call(read[0], together=False)), "}", ""]

    # The check

    def _check(self, check: Check) -> str:
        match check:
            case AllOf():
                return " &&\n        ".join(self._check(part) for part in check.checks)
            case AnyOf():
                return " ||\n        ".join(f"{{ {self._check(part)}; }}" for part in check.checks)
            case _:
                return self._simple(check)

    def _simple(self, check: Simple) -> str:
        number = self.numbers[check.step]
        match check:
            case StatusIs():
                return f"status_is {number} " + " ".join(quoted(pattern) for pattern in check.allowed)
            case TypeIs():
                return f"type_is {number} {quoted(check.path)} {check.type or 'nothing'}"
            case IsInstant():
                return f"instant {number} {quoted(check.path)}"
            case IsJson():
                return f"json {number}"
            case IsWhole():
                return f"whole {number}"
            case HeaderHas():
                return f"header_has {number} {quoted(check.name)} {quoted(check.text)}"
            case _:
                return self._compared(check)

    def _compared(self, check: Compared) -> str:
        number, text = self.numbers[check.step], self._text(check.expected)
        match check:
            case ValueIs():
                verb = "value_is_not" if check.negated else "value_is"
                place = place_of(number, check.path)
                if check.row:
                    place = f'"$(place {number} data id {self._part(check.row)} {check.path})"'
                return f"{verb} {number} {place} {text}"
            case IsNotBefore():
                return f"not_before {number} {place_of(number, check.path)} {text} {check.slack}"
            case StandsBefore():
                return f"stands_before {number} {text} {self._text(check.behind)}"
            case EveryRowHas():
                return f"every_row_has {number} {quoted(check.column)} {text}"
            case RowsHave():
                return f"{'rows_lack' if check.negated else 'rows_have'} {number} {quoted(check.column)} {text}"


def _kind(step: ProgramStep, ref: Ref) -> str:
    """Return the kind of record whose id a value is; empty for projects and other values."""
    if ref.path.rpartition(".")[2] not in ("id", "milestone_id"):
        return ""
    if ref.path.endswith(("milestone.id", "milestone_id")):
        return "milestone"
    kind = RECORD.search(step.operation)
    return kind[1].lower() if kind else ""
