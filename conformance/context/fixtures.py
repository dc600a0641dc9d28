"""Create milestones in projects of the run's own, for the examples of properties, and read them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from conformance.context.arrangement import Arrangement
from conformance.exchange import Exchange, Json
from conformance.generation.strategies import PLAIN_TITLE_LENGTH, is_plain
from conformance.generation.titles import LONG_TITLES, ODD_TITLES, may_be_refused
from conformance.http.client import DEFAULT, Fields, PreconditionFailed, RequestOptions
from conformance.records import Milestone, Task, meta_of, milestone_of, rows_of
from conformance.results.difference import Basis

Record = TypeVar("Record", Milestone, Task)

MOST_PAGES = 60
SPARE_ROWS = 3
"""The minimum by which a limit exceeds the number of known rows."""
WORKS_IN_LISTS = {
    "search": "list/search-finds-the-title",
    "type": "list/filters-by-type",
    "limit": "list/limit-bounds-the-page",
}
"""The requirement violated when a list refuses a valid value of a parameter."""


class NotListed(PreconditionFailed):
    """A record is missing from a list."""

    def __init__(self, record: int, listed: Sequence[Milestone | Task]) -> None:
        super().__init__(f"record {record} is not in the list of its project")
        self.record = record
        self.listed = listed


def asked_for(fixed: Fields, send: Callable[[Fields], Exchange]) -> Exchange:
    """Send an update without the fields that it cannot change, and with them if it is refused for lack of them.

    Updates are documented "as create": a deployment may require what a creation requires.
    """
    answer = send({})
    errors = answer.envelope.get("errors") if answer.status == 422 else None
    return send(fixed) if isinstance(errors, dict) and not fixed.keys().isdisjoint(errors) else answer


class Snapshot(dict[int, Record]):
    """Records by id; a lookup of a record that the list lacks raises NotListed."""

    def __missing__(self, record: int) -> Record:
        raise NotListed(record, list(self.values()))


@dataclass
class Fixtures(Arrangement):
    """Creates and reads the milestones of an example."""

    # Projects

    def project_fields(self) -> dict[str, Json]:
        """Return the fields of a new project of the run's own."""
        return {
            **self.prerequisites.project_fields,
            "project_clientid": self.prerequisites.client_id,
            "project_title": self.sandbox.project_title(),
            "project_date_start": "2026-01-01",
            "project_categoryid": self.prerequisites.category_id,
        }

    def update_project(self, project: int, fields: Fields, options: RequestOptions = DEFAULT) -> Exchange:
        """Update a project, with its client, which cannot change, where the deployment asks for it (Projects)."""
        client = {"project_clientid": self.prerequisites.client_id}
        return asked_for(client, lambda added: self.client.update_project(project, {**fields, **added}, options))

    # Milestones

    def milestone_fields(self, project: int, title: str | None = None, color: str | None = None) -> dict[str, Json]:
        """Return the fields of a new milestone; without a title, it gets a unique one."""
        return {
            "milestone_projectid": project,
            "milestone_title": title if title is not None else self.inputs.plain_title(),
            "milestone_color": color or self.inputs.known_colors[0],
        }

    def milestone(self, project: int, title: str | None = None, color: str | None = None) -> Milestone:
        """Create a milestone in a project of the run's own; without a title, it gets an unusual one."""
        fields = self.milestone_fields(project, title, color)
        if title is None:
            return self._oddly_titled(project, fields, self.variation.title(str(fields["milestone_title"])))
        return self._titled(project, fields)

    def milestone_beginning(self, project: int, plain: str, end: str = "") -> Milestone:
        """Create a milestone whose title begins with a plain title and ends unusually, or with the given `end`."""
        title = f"{plain}{end}" if end else self.variation.title(plain, begins_plainly=True)
        return self._oddly_titled(project, self.milestone_fields(project, plain), title)

    def _titled(self, project: int, fields: dict[str, Json]) -> Milestone:
        title = str(fields["milestone_title"])
        answer = self._in_any_encoding(lambda options: self.client.create_milestone(fields, options))
        if answer.refused and not is_plain(title):
            self._is_free(title, answer)
            raise PreconditionFailed(f"a milestone titled {title!r} could not be obtained: {answer.summary}")
        return self._arranged(project, answer)

    def _oddly_titled(self, project: int, fields: dict[str, Json], title: str) -> Milestone:
        """Create a milestone with an unusual title; if that is refused, with the plain title in `fields`."""
        if title == fields["milestone_title"] or len(title) > self.inputs.longest_title:
            return self._titled(project, fields)
        odd = {**fields, "milestone_title": title}
        answer = self._in_any_encoding(lambda options: self.client.create_milestone(odd, options))
        if answer.refused:
            if self.variation.choices is not None:
                self.variation.choices.broken.add(ODD_TITLES if len(title) <= PLAIN_TITLE_LENGTH else LONG_TITLES)
            milestone = self._titled(project, fields)
            self._is_free(title, answer)
            return milestone
        milestone = self._arranged(project, answer)
        self.expect("create/keeps-the-title").equal(milestone.title, title, "title")
        return milestone

    def _is_free(self, title: str, answer: Exchange) -> None:
        """Judge that a title no milestone has is not refused as a conflict; it may be refused for its characters."""
        free = Basis(answer.number, ("2??", "422"))
        self.expect("create/look-alikes-are-no-conflict").holds(
            answer.status != 409, f"{title!r}, which no milestone has, to be accepted", answer.summary, free
        )

    def look_alike(self, project: int, title: str, color: str | None = None) -> Milestone:
        """Create a milestone whose title may be mistaken for another's; with a plain title if that is refused."""
        fields = self.milestone_fields(project, title, color)
        made = self._in_any_encoding(lambda options: self.client.create_milestone(fields, options))
        if not made.refused:
            return self._arranged(project, made)
        # This raises if a plain title is refused as well, which is not about look-alikes.
        milestone = self.milestone(project, color=color)
        expect = self.expect("create/look-alikes-are-no-conflict")
        taken = made.status == 409 or not (may_be_refused(title) or made.is_firewall_page)
        basis = Basis(made.number, ("2??", "422") if may_be_refused(title) else ("2??",))
        expect.holds(not taken, f"{title!r}, which no milestone has, to be accepted", made.summary, basis)
        return milestone

    def _arranged(self, project: int, made: Exchange) -> Milestone:
        self.obtained(made, "a milestone")
        self.shared_projects.milestones[project] += 1
        milestone = self.milestone_in(made)
        # A milestone created in another project is of no use to the example.
        self.expect("create/keeps-the-project").equal(milestone.project_id, project, "project_id")
        return milestone

    def milestone_in(self, exchange: Exchange) -> Milestone:
        """Return the milestone in an answer; raise PreconditionFailed if there is none."""
        milestone = milestone_of(exchange.envelope.get("data"))
        if milestone is None:
            raise PreconditionFailed(f"{exchange.summary} holds no milestone")
        return milestone

    def read(self, milestone: int) -> Milestone:
        """Return a milestone as `GET /milestones/{id}` shows it."""
        answer = self.as_some_client(lambda options: self.client.get_milestone(milestone, options), has_body=False)
        if not answer.ok:
            raise PreconditionFailed(f"milestone {milestone} could not be read: {answer.summary}")
        return self.milestone_in(answer)

    def default(self, project: int) -> Milestone:
        """Return the system default of a project."""
        return self.default_among(self.milestones(project))

    def default_among(self, rows: Sequence[Milestone]) -> Milestone:
        """Return the system default among the milestones of a project."""
        for row in rows:
            if row.type == "uncategorised":
                return row
        raise PreconditionFailed("the project shows no milestone of type uncategorised")

    def default_id(self, project: int) -> int:
        """Return the id of the system default of a project, which never changes."""
        defaults = self.shared_projects.defaults
        if project not in defaults:
            defaults[project] = self.default(project).id
        return defaults[project]

    def snapshot(self, *projects: int, **query: Json) -> Snapshot[Milestone]:
        """Return the milestones of the given projects by id, as their lists show them."""
        return Snapshot({row.id: row for project in projects for row in self.milestones(project, **query)})

    def milestones(self, project: int, **query: Json) -> list[Milestone]:
        """Return the milestones of a project from all pages of its list; judge that no milestone is listed twice."""
        counts = self.shared_projects.milestones
        limit = self._page_size("listMilestones", counts[project])
        rows = [
            milestone
            for page in self.pages({"project_id": project, "limit": limit, **query})
            for row in rows_of(page)
            if (milestone := milestone_of(row)) is not None
        ]
        counts[project] = max(counts[project], len(rows))
        twice = sorted(milestone for milestone, times in Counter(row.id for row in rows).items() if times > 1)
        self.expect("list/pages-partition-the-list").holds(not twice, "each milestone once", f"{twice} more than once")
        for row in rows:
            if row.type == "uncategorised" and row.project_id == project:
                self.shared_projects.defaults.setdefault(project, row.id)
        return rows

    def _page_size(self, operation: str, rows: int) -> int:
        """Return a limit expected to hold all rows; if it does not, listing takes another page."""
        return self.variation.page_size(operation, rows + SPARE_ROWS, self.contract.limit_cap)

    def pages(self, query: Fields) -> Iterator[Exchange]:
        """Yield the pages of a list of milestones, from the first to the `last_page` in meta."""
        last = 1
        for number in range(1, MOST_PAGES + 1):
            page = self._listed(self.client.list_milestones, {**query, "page": number} if number > 1 else query)
            if number == 1:
                self._is_there(page)
            if page.refused:
                self._judge_refused_list(query, page)
            if not page.ok:
                raise PreconditionFailed(f"the milestones could not be listed: {page.summary}")
            yield page
            last = max(last, meta_of(page).get("last_page", 1))
            if number >= last or not rows_of(page):
                return

    def _judge_refused_list(self, query: Fields, page: Exchange) -> None:
        """Blame a refused list on the one documented parameter without which the list succeeds."""
        sorts = f"list/sorts-by-{str(query.get('sort', '')).removeprefix('milestone_')}"
        for name, requirement in {**WORKS_IN_LISTS, "sort": sorts, "order": sorts}.items():
            rest = {key: value for key, value in query.items() if key != name}
            if name in query and not page.is_firewall_page and self.client.list_milestones(rest).ok:
                self.expect(requirement).status(page, 200)

    def _listed(self, list_rows: Callable[[Fields, RequestOptions], Exchange], query: Fields) -> Exchange:
        return self.as_some_client(lambda options: list_rows(query, options), has_body=False)

    def obtained_order(self, order: Sequence[int]) -> None:
        """Put all milestones of a project into the given order."""
        answer = self.client.reorder_milestones(list(order))
        self._is_there(answer)
        if answer.ok or answer.refused:
            self.expect("reorder/answers-200").status(answer, 200)
        if not answer.ok:
            raise PreconditionFailed(f"the milestones could not be put in order: {answer.summary}")
