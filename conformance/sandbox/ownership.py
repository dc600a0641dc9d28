"""Track the records that the run made: an answer to a creation claims one, and reading it back confirms it.

If an id existed before its creation, or shows somebody else's record, the answers contradict each other: from then on
nothing is written.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from conformance.exchange import Exchange, Json
from conformance.records import rows_of
from conformance.sandbox.identity import (
    are_apart,
    creation_date,
    ids_in,
    project_in,
    read_id,
    sent_fields,
    shown_record,
)

LABEL = "ZZZ_CONFORMANCE_"
SHOWN = 300
SETTLING = (0.3, 1.0)
"""The seconds to wait before a new record is read again."""

_TITLE = re.compile(rf"{LABEL}[A-Z0-9]{{8}}_\d+")
_RECORD = re.compile(r"^/(project|milestone|task)s/(\d+)$")
_COLLECTION = re.compile(r"^/(project|milestone|task)s$")
_CREATION = re.compile(r"^/(project|milestone|task)s(?:/\d+/clone)?$")
_COMMENTS = re.compile(r"^/tasks/(\d+)/comments$")


class Kind(StrEnum):
    """The records that a run makes."""

    PROJECT = "project"
    MILESTONE = "milestone"
    TASK = "task"
    COMMENT = "comment"


class RunStopped(KeyboardInterrupt):
    """The run cannot continue; it ends as if it was interrupted."""


class Contradiction(RunStopped):
    """Answers disagree about who owns a record: nothing more may be written."""


class NotOurs(Exception):
    """A record is not known to be the run's own; the message says why."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer that first showed a record as the run's own, and the title that was sent for it, if any."""

    answer: Exchange
    title: str | None


Read = Callable[[Kind, int], Exchange]
Lister = Callable[[Kind, int], set[int]]


@dataclass
class Ownership:
    """The ids that the run made; `existing` ids were shown before, or belong to others.

    `read` reads one record, and `list_ids` lists the milestones or tasks of a project, or the comments of a task.
    `deleted` are the projects confirmed as deleted, and `unanswered` the titles of projects whose ids are unknown.
    `gone` are the ids that the run deleted; once `reuses_ids` is set, they may belong to others. Without a `run_id`, it
    covers all runs, or those with one of the `prefixes`.
    """

    run_id: str
    read: Read | None = None
    list_ids: Lister | None = None
    pause: Callable[[float], None] = lambda _: None
    ours: dict[Kind, set[int]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    existing: dict[Kind, set[int]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    made_projects: dict[int, str] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    unanswered: dict[str, str] = field(default_factory=dict)
    gone: dict[Kind, set[int]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    reuses_ids: bool = False
    contradiction: str = ""
    prefixes: tuple[str, ...] = ()
    _claims: dict[tuple[Kind, int], Claim] = field(default_factory=dict)
    _listed: set[tuple[Kind, int]] = field(default_factory=set)
    _refused: dict[tuple[Kind, int], str] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """Return the beginning of every project title of this run, or of all runs."""
        return f"{LABEL}{self.run_id}_" if self.run_id else LABEL

    def is_ours(self, title: Json) -> bool:
        """Return whether a title was given by this run, or by any covered run."""
        if not self.run_id:
            return is_label({"title": title}) and (not self.prefixes or str(title).startswith(self.prefixes))
        return isinstance(title, str) and title.startswith(self.prefix)

    def require(self, kind: Kind, identifier: int) -> None:
        """Raise NotOurs unless a record is the run's own; read it if it is only claimed. Raises Contradiction."""
        if identifier in self.gone[kind]:
            self._require_absent(kind, identifier)
            return
        if identifier in self.ours[kind]:
            return
        claim = self._claims.get((kind, identifier))
        if claim is None or identifier in self.existing[kind] or self.read is None:
            raise NotOurs(f"{kind} {identifier} does not belong to this run")
        if reason := self._refused.get((kind, identifier)):
            raise NotOurs(reason)
        answer = self._read_settled(kind, identifier)
        project = project_in(shown_record(answer))
        if kind in (Kind.MILESTONE, Kind.TASK) and project in self.made_projects:
            self.require(Kind.PROJECT, project)
        self.learn(answer)
        if identifier not in self.ours[kind] and not self._is_listed(kind, identifier, project):
            reason = f"{kind} {identifier} was not shown to belong to this run: {answer.summary}"
            self._refused[kind, identifier] = reason
            raise NotOurs(reason)

    def _require_absent(self, kind: Kind, identifier: int) -> None:
        """Raise NotOurs if the id of a record that the run deleted belongs to somebody else by now."""
        if not self.reuses_ids or self.read is None:
            return
        answer = self.read(kind, identifier)
        if answer.status == 404:
            return
        project = project_in(shown_record(answer))
        if kind is Kind.PROJECT or project not in self.open_projects:
            raise NotOurs(f"{kind} {identifier} was deleted, and its id may be in use again: {answer.summary}")
        self.require(Kind.PROJECT, project)
        # A new project of the run's own came with a milestone of this id, or a clone with a task.
        self.gone[kind].discard(identifier)

    def _read_settled(self, kind: Kind, identifier: int) -> Exchange:
        """Read a record, several times if it is not found at first."""
        assert self.read is not None
        answer = self.read(kind, identifier)
        for seconds in SETTLING:
            if answer.ok:
                break
            self.pause(seconds)
            answer = self.read(kind, identifier)
        return answer

    def _is_listed(self, kind: Kind, identifier: int, project: int | None) -> bool:
        """Return whether the list of a project of the run's own shows a record, and confirm it if so.

        It is for records that reading shows with another title than was sent.
        """
        if kind is Kind.PROJECT or project not in self.ours[Kind.PROJECT] or self.list_ids is None:
            return False
        if identifier not in self.list_ids(kind, project):
            return False
        self.ours[kind].add(identifier)
        return True

    def require_comment(self, task: int, comment: int) -> None:
        """Raise NotOurs unless a comment was added to a task of the run's own and is listed there."""
        if comment in self.ours[Kind.COMMENT]:
            return
        if (Kind.COMMENT, comment) not in self._claims or self.list_ids is None:
            raise NotOurs(f"comment {comment} does not belong to this run")
        if comment not in self.list_ids(Kind.COMMENT, task):
            raise NotOurs(f"comment {comment} is not listed among those of task {task}")
        self.ours[Kind.COMMENT].add(comment)

    def learn(self, exchange: Exchange) -> None:
        """Update the ids from an exchange. Raises Contradiction."""
        path = exchange.path.rstrip("/")
        if exchange.method == "POST" and (match := _CREATION.match(path)):
            self._learn_creation(Kind(match[1]), exchange)
        elif exchange.ok and (match := _COMMENTS.match(path)):
            self._learn_comments(int(match[1]), exchange)
        elif exchange.method == "GET" and exchange.ok and (match := _RECORD.match(path)):
            self._learn_record(Kind(match[1]), int(match[2]), exchange)
        elif exchange.method == "GET" and exchange.ok and (match := _COLLECTION.match(path)):
            self._learn_rows(Kind(match[1]), exchange)
        elif match := _RECORD.match(path):
            if exchange.method == "DELETE" and exchange.ok:
                self.gone[Kind(match[1])].add(int(match[2]))
            if match[1] == Kind.PROJECT:
                self._learn_change(int(match[2]), exchange)

    def _learn_comments(self, task: int, exchange: Exchange) -> None:
        comment = read_id(shown_record(exchange))
        if exchange.method == "POST" and comment is not None:
            self._claims[Kind.COMMENT, comment] = Claim(exchange, None)
        elif exchange.method == "GET" and task in self.ours[Kind.TASK]:
            self.ours[Kind.COMMENT] |= {row for row in ids_in(exchange) if (Kind.COMMENT, row) in self._claims}

    def _learn_creation(self, kind: Kind, exchange: Exchange) -> None:
        title = next(
            (title for title in sent_fields(exchange).get(f"{kind}_title", []) if isinstance(title, str)), None
        )
        identifier = read_id(shown_record(exchange))
        if not exchange.ok or identifier is None:
            if kind is Kind.PROJECT and title is not None:
                self.unanswered[title] = "" if exchange.refused else exchange.summary
            return
        claim = Claim(exchange, title)
        if identifier in self.existing[kind]:
            self._contradict(f"{kind} {identifier} was there before", claim, None)
        if self._is_given_again(kind, identifier):
            self.reuses_ids = True
            self.gone[kind].discard(identifier)
            self.ours[kind].discard(identifier)
            self._claims[kind, identifier] = claim
        if kind is Kind.PROJECT and title is not None:
            if identifier in self.open_projects:
                # An id that two creations answer belongs to only one of the projects.
                self.unanswered[title] = exchange.summary
            else:
                self.made_projects[identifier] = title
                self.deleted.discard(identifier)
                self.unanswered.pop(title, None)
        self._claims.setdefault((kind, identifier), claim)

    def _is_given_again(self, kind: Kind, identifier: int) -> bool:
        """Return whether an id belonged to a record of the run that is gone, by itself or with its project."""
        claim = self._claims.get((kind, identifier))
        project = project_in(shown_record(claim.answer)) if claim and kind is not Kind.PROJECT else None
        return identifier in self.gone[kind] or project in self.gone[Kind.PROJECT]

    def is_expected(self, kind: Kind, identifier: int) -> bool:
        """Return whether a record was listed in a project of the run's own, and not deleted."""
        return (kind, identifier) in self._listed and identifier not in self.gone[kind]

    def _learn_record(self, kind: Kind, identifier: int, exchange: Exchange) -> None:
        shown = shown_record(exchange)
        claim = self._claims.get((kind, identifier))
        if read_id(shown) != identifier:
            return
        if claim is None or identifier in self.existing[kind]:
            return
        if kind is Kind.PROJECT:
            self._judge_project(identifier, shown, claim, exchange)
        else:
            self._judge_member(kind, identifier, shown, claim, exchange)

    def _judge_project(self, identifier: int, shown: Mapping[str, Json], claim: Claim, exchange: Exchange) -> None:
        title = shown.get("title")
        if not isinstance(title, str):
            return
        if not self.is_ours(title):
            self._contradict(f"project {identifier} is titled {title!r}", claim, exchange)
        if are_apart(creation_date(shown), creation_date(shown_record(claim.answer))):
            self._contradict(f"project {identifier} has two dates of creation", claim, exchange)
        self.ours[Kind.PROJECT].add(identifier)

    def _judge_member(
        self, kind: Kind, identifier: int, shown: Mapping[str, Json], claim: Claim, exchange: Exchange
    ) -> None:
        project = project_in(shown)
        if project is None or identifier in self.ours[kind]:
            return
        if project not in self.ours[Kind.PROJECT] and project not in self.made_projects:
            self._contradict(
                f"{kind} {identifier} is in project {project}, which does not belong to this run", claim, exchange
            )
        listed = (kind, identifier) in self._listed
        # A title other than the one sent may be a fault, or somebody else's: another answer must confirm it.
        if project in self.ours[Kind.PROJECT] and (listed or self._has_title_of(claim, shown)):
            self.ours[kind].add(identifier)

    def _has_title_of(self, claim: Claim, shown: Mapping[str, Json]) -> bool:
        return shown.get("title") in (claim.title, shown_record(claim.answer).get("title"))

    def _learn_rows(self, kind: Kind, exchange: Exchange) -> None:
        for row in rows_of(exchange):
            identifier = read_id(row)
            if identifier is None or not isinstance(row, Mapping):
                continue
            if kind is Kind.PROJECT:
                title = row.get("title")
                if isinstance(title, str) and not self.is_ours(title) and identifier not in self.made_projects:
                    self.existing[kind].add(identifier)
                continue
            project = project_in(row)
            if project in self.made_projects and identifier not in self.existing[kind]:
                self._listed.add((kind, identifier))
                self._claims.setdefault((kind, identifier), Claim(exchange, None))
            elif project in self.existing[Kind.PROJECT] and (kind, identifier) not in self._claims:
                self.existing[kind].add(identifier)

    def _learn_change(self, project: int, exchange: Exchange) -> None:
        for title in sent_fields(exchange).get("project_title", []):
            # The id of the project with this new title is known.
            self.unanswered.pop(str(title), None)
        absent = exchange.method == "GET" and exchange.status == 404
        if absent or (exchange.method == "DELETE" and exchange.ok):
            self.deleted.add(project)

    def announce(self, title: str) -> None:
        """Record that a project with this title is about to be made."""
        self.unanswered[title] = "its creation was not answered"

    def adopt(self, project: int, exchange: Exchange) -> None:
        """Claim a project that only a list has shown; reading it has to show a title of ours. Raises Contradiction."""
        claim = Claim(exchange, None)
        if project in self.existing[Kind.PROJECT]:
            self._contradict(f"project {project} was there before", claim, None)
        self._claims.setdefault((Kind.PROJECT, project), claim)
        self.made_projects.setdefault(project, "")
        self.learn(exchange)

    @property
    def open_projects(self) -> set[int]:
        """Return the projects that answers say were made, and that are not confirmed as deleted."""
        return self.made_projects.keys() - self.deleted

    def _contradict(self, claimed: str, claim: Claim, exchange: Exchange | None) -> None:
        answers = [claim.answer] if exchange is None or exchange is claim.answer else [claim.answer, exchange]
        shown = "; ".join(f"{answer.summary}: {answer.shown_body(SHOWN)}" for answer in answers)
        self.contradiction = self.contradiction or f"{claimed}, and an answer says that the run made it ({shown})"
        raise Contradiction(self.contradiction)


def is_label(record: Json) -> bool:
    """Return whether the title of a record has the form of those that runs give."""
    title = record.get("title") if isinstance(record, Mapping) else None
    return isinstance(title, str) and _TITLE.fullmatch(title) is not None
