"""Remove what runs made: each project is read before it is deleted, and counts as gone once an answer confirms it.

An answer that is no list is not taken for an empty one, and a list that lacks an existing project is not believed.
"""

import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.exchange import Exchange, Json
from conformance.http.client import Client
from conformance.http.request import ForbiddenWrite, NoAnswer, OutOfRequests
from conformance.records import meta_of
from conformance.sandbox.identity import read_id, shown_record
from conformance.sandbox.ownership import Contradiction, Kind, Ownership

PAUSES = (0.5, 1.0, 2.0)
"""The seconds between rounds, for a deployment that fails briefly or whose lists lag."""
MAX_PAGES = 60


class Unreadable(Exception):
    """An answer that is no list of projects; the message describes it."""


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project in a list."""

    id: int
    title: str


@dataclass
class Cleaner:
    """Removes the projects that an `ownership` knows, and listed ones whose titles begin with `search`.

    `removed` are the ids of deleted projects; `clear` says that a list showed none of the run's own. If `unknown_runs`
    may have made projects, those whose title occurs twice are left alone, except titles with one of the
    `known_prefixes`: for these runs it is known what existed before.
    """

    client: Client
    ownership: Ownership
    search: str
    wait: Callable[[float], None]
    removed: set[int] = field(default_factory=set)
    clear: bool = False
    unknown_runs: bool = False
    known_prefixes: tuple[str, ...] = ()
    _titles: dict[int, str] = field(default_factory=dict)
    _reasons: dict[int, str] = field(default_factory=dict)
    _listed: set[int] = field(default_factory=set)
    _doubled: set[int] = field(default_factory=set)
    _shown: bool = False
    _unlisted: bool = False
    _stopped: str = ""
    _list_problem: str = "no list without them was seen"

    def run(self) -> None:
        """Remove what can be removed, in several rounds; end early when the run is stopped or answers contradict."""
        self._titles.update(self.ownership.made_projects)
        try:
            for pause in (0.0, *PAUSES):
                if self.ownership.contradiction:
                    self._stopped = "answers contradict each other, so nothing more was written"
                    return
                if pause:
                    self.wait(pause)
                self.clear = self._clean_once()
                if self.clear:
                    return
        except Contradiction:
            self._stopped = "answers contradict each other, so nothing more was written"
        except KeyboardInterrupt:
            self._stopped = "cleaning up was interrupted"
        except OutOfRequests as limit:
            self._stopped = str(limit)

    @property
    def leftovers(self) -> list[str]:
        """Return texts for everything that is or may be left, with id, title and reason."""
        if self.clear:
            return []
        left = [self._describe(project) for project in sorted(self.ownership.open_projects | self._listed)]
        titles = set(self._titles.values())
        for title, answer in self.ownership.unanswered.items():
            if answer and title not in titles:
                left.append(f"perhaps a project titled {title} ({answer})")
        more = "more " if left else ""
        left.append(f"perhaps {more}projects titled {self.search}… ({self._stopped or self._list_problem})")
        return left

    def _describe(self, project: int) -> str:
        reason = self._reasons.get(project) or self._stopped or self._list_problem
        title = self._titles.get(project) or self.ownership.made_projects.get(project, "")
        return f'project {project} "{title}" ({reason})'

    def _clean_once(self) -> bool:
        """Try to remove every known project once; return whether nothing is left."""
        before = self._list()
        targets = (self.ownership.open_projects | self._listed) - self._doubled
        for project in sorted(targets):
            if self.remove(project) and before is not None:
                self._shown |= project in before
                self._unlisted |= project not in before
        after = self._list() if targets else before
        if after is None:
            self._all_read_as_gone()
            return False
        if self._listed:
            return False
        if not self._is_believable():
            self._list_problem = "the list of projects lacks some that exist"
            return self._all_read_as_gone()
        return not self.ownership.open_projects

    def remove(self, project: int) -> bool:
        """Delete a project after reading it as the run's own; return whether it could be read."""
        try:
            answer = self.client.get_project(project)
            if answer.status == 404:
                self._note_absent(project, answer)
                return False
            if not answer.ok or read_id(shown_record(answer)) != project:
                self._reasons[project] = f"it could not be read: {answer.summary}"
                return False
        except NoAnswer as silence:
            self._reasons[project] = str(silence)
            return False
        self.ownership.adopt(project, answer)
        return self._delete(project)

    def _delete(self, project: int) -> bool:
        try:
            deletion = self.client.delete_project(project)
        except (NoAnswer, ForbiddenWrite) as obstacle:
            self._reasons[project] = str(obstacle)
            return False
        self.ownership.learn(deletion)
        if deletion.ok:
            self.removed.add(project)
        else:
            self._reasons[project] = deletion.summary
        return True

    def _note_absent(self, project: int, answer: Exchange) -> None:
        title = self.ownership.made_projects.get(project, "")
        if project not in self.ownership.ours[Kind.PROJECT] and title:
            # It was never read under this id: it may have another one.
            self.ownership.unanswered.setdefault(title, f"its id is not {project}, as its creation said")
        self.ownership.learn(answer)
        self._reasons[project] = f"it is listed, although {answer.summary}"

    def _list(self) -> set[int] | None:
        """Return the ids of all listed projects of the run's own; None if there is no readable list."""
        try:
            rows = [row for row in list_projects(self.client, self.search) if self.ownership.is_ours(row.title)]
        except (Unreadable, NoAnswer) as problem:
            self._list_problem = f"the projects could not be listed: {problem}"
            return None
        self._titles.update({row.id: row.title for row in rows})
        self._listed = {row.id for row in rows}
        if self.unknown_runs:
            titles = Counter(row.title for row in rows if not row.title.startswith(self.known_prefixes))
            self._doubled = {row.id for row in rows if titles[row.title] > 1}
            self._reasons.update(dict.fromkeys(self._doubled, "its title exists twice, and a run uses each title once"))
        return self._listed

    def _is_believable(self) -> bool:
        """Return whether to believe a list without the run's projects: it has shown them before, or shows others."""
        if self._unlisted or self._shown:
            return self._shown and not self._unlisted
        existing = self.ownership.existing[Kind.PROJECT]
        if not existing:
            return True
        try:
            shown = {row.id for row in list_projects(self.client, "", pages=1)}
        except (Unreadable, NoAnswer) as problem:
            self._list_problem = f"the projects could not be listed: {problem}"
            return False
        return bool(shown & existing)

    def _all_read_as_gone(self) -> bool:
        """Read each project that was made, as lists cannot be believed; those that exist count as open again."""
        for project in self.ownership.made_projects:
            try:
                answer = self.client.get_project(project)
            except NoAnswer as silence:
                answer = silence.exchange
            if answer.status != 404:
                self.ownership.deleted.discard(project)
                self._reasons[project] = f"its deletion could not be confirmed: {answer.summary}"
        return not self.ownership.open_projects and not self.ownership.unanswered


def removal_command(url: str, options: Sequence[str]) -> str:
    """Return a sentence with the command that removes what is left; the options are words of a shell."""
    return f"Remove it with: {' '.join(['milestones-check', 'clean-up', '--target', shlex.quote(url), *options])}"


def list_projects(client: Client, search: str, pages: int = MAX_PAGES) -> Iterator[ListedProject]:
    """Yield the projects on all pages of a search. Raises Unreadable and NoAnswer."""
    limit, count = client.contract.limit_cap, 0
    for page in range(1, pages + 1):
        query: dict[str, Json] = {"limit": limit, "page": page}
        answer = client.list_projects(query | {"search": search} if search else query)
        rows = _rows(answer)
        yield from rows
        count += len(rows)
        meta = meta_of(answer)
        if len(rows) < limit and page >= meta.get("last_page", 1):
            total = meta.get("total", count)
            if total != count:
                raise Unreadable(f"{answer.summary}, with {count} projects where meta counts {total}")
            return
        if not rows:
            raise Unreadable(f"{answer.summary}, without projects on page {page} of {meta.get('last_page')}")
    if pages == MAX_PAGES:
        raise Unreadable(f"more than {pages} pages")


def _rows(answer: Exchange) -> list[ListedProject]:
    """Return the rows of a list; raise Unreadable for an answer that is no list of projects."""
    data = answer.envelope.get("data")
    if answer.status == 401:
        raise Unreadable(f"{answer.summary}; check MILESTONES_API_KEY, and that it is for this deployment")
    if answer.status != 200 or not isinstance(data, list):
        raise Unreadable(f"{answer.summary}, {answer.shown_body(80)}")
    rows = []
    for entry in data:
        identifier = read_id(entry)
        title = entry.get("title") if isinstance(entry, Mapping) else None
        if identifier is None or not isinstance(title, str):
            raise Unreadable(f"{answer.summary}, with a project without an id or a title")
        rows.append(ListedProject(identifier, title))
    return rows
