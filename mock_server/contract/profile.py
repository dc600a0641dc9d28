"""Profiles: the choices at the contract's open points, which decide between behaviours it allows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast, get_args

from mock_server.contract.contract import Contract, load_contract
from mock_server.contract.yaml_files import DocumentError, as_mapping, find_line, read_document
from mock_server.messages import Json

OpenPointId = Literal[
    "auth/scheme-letter-case",
    "auth/www-authenticate",
    "http/malformed-json",
    "http/unknown-content-type",
    "http/trailing-slash",
    "http/unknown-route-without-key",
    "http/wrong-method",
    "http/method-field",
    "list/unsorted-order",
    "list/default-page-size",
    "list/unknown-project",
    "list/limit-below-one",
    "list/limit-above-maximum",
    "list/limit-not-a-number",
    "list/page-below-one",
    "list/page-not-a-number",
    "list/page-beyond-last",
    "list/empty-list-last-page",
    "list/unknown-sort",
    "list/unknown-order",
    "list/unknown-type",
    "list/unknown-parameter",
    "list/search-letter-case",
    "list/search-accents",
    "list/search-wildcards",
    "create/title-letter-case",
    "create/title-accents",
    "create/title-emoji",
    "create/title-outer-blanks",
    "create/title-over-255",
    "create/blank-title",
    "create/unknown-color",
    "create/position",
    "create/extra-fields",
    "create/json-number-as-title",
    "create/json-numeric-string-as-id",
    "reorder/partial-list",
    "reorder/unknown-id",
    "reorder/foreign-id",
    "reorder/duplicate-id",
    "reorder/empty-list",
    "reorder/non-integer-id",
    "reorder/answer-data",
    "get/malformed-id",
    "get/id-with-trailing-text",
    "count/archived-tasks",
    "update/default-milestone",
    "update/unknown-id-with-invalid-body",
    "update/immutable-fields-sent",
    "update/unchanged-updated-date",
    "delete/uppercase-yes",
    "delete/json-true-for-yes",
    "delete/flag-in-query",
    "delete/gap-in-positions",
    "project/default-milestone-title",
    "project/default-milestone-position",
    "project/clone-tasks-without-milestones",
    "task/list-without-active-state",
    "task/unknown-milestone",
]
"""The open points that this mock implements; the contract has the question and the choices of each."""


FOLDER = Path(__file__).parent / "profiles"


class ProfileError(ValueError):
    """An unknown choice or open point; the message is for people."""


class Profile(dict[OpenPointId, str]):
    """One choice for every open point."""

    __slots__ = ()

    @property
    def choices(self) -> Mapping[str, str]:
        """Return the choices by open point."""
        return cast("Mapping[str, str]", self)

    def decide(self, point: OpenPointId) -> str:
        """Return the choice at an open point that decides the answer."""
        return self[point]

    def peek(self, point: OpenPointId) -> str:
        """Return the choice at an open point that may not affect the answer."""
        return self[point]

    @classmethod
    def of(cls, contract: Contract, overrides: Mapping[str, str] | None = None) -> "Profile":
        """Return the contract's defaults with some overrides; raise ProfileError.

        Open points that the contract lacks, for example with their operation, have the shipped contract's defaults.
        """
        points = contract.open_points
        if not set(get_args(OpenPointId)) <= points.keys():
            points = {**load_contract().open_points, **points}
        chosen = {point.id: point.default for point in points.values()}
        for point_id, choice in (overrides or {}).items():
            chosen[point_id] = check_choice(contract, point_id, choice)
        return cls(cast("Mapping[OpenPointId, str]", chosen))


class RecordingProfile(Profile):
    """A profile for one request, which records the points that decided its answer."""

    __slots__ = ("_whole",)

    def __init__(self, whole: Profile) -> None:
        self._whole = whole

    def decide(self, point: OpenPointId) -> str:
        """Return the choice at an open point, and record it."""
        choice = self[point] = self._whole[point]
        return choice

    def peek(self, point: OpenPointId) -> str:
        """Return the choice at an open point without recording it."""
        return self._whole[point]


def check_choice(contract: Contract, point_id: str, choice: str) -> str:
    """Return the choice if the contract knows it; raise ProfileError."""
    point = contract.open_points.get(point_id)
    if point is None:
        raise ProfileError(f"There is no open point {point_id}. See x-open-points in the contract.")
    if choice not in point.choices:
        raise ProfileError(f"{point_id} cannot be {choice}. Choose one of: {', '.join(point.choices)}.")
    return choice


def shipped_profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with the mock."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_profile(contract: Contract, name: str | Path) -> Profile:
    """Return a shipped profile by name, or one from a file; raise DocumentError.

    A file holds `{choices: {open-point: choice}}` or the bare mapping, as YAML or JSON.
    """
    if name in shipped_profiles():
        return Profile.of(contract, _known_choices(contract, FOLDER / f"{name}.yaml"))
    path = Path(name)
    if not path.exists():
        names = ", ".join(shipped_profiles())
        raise DocumentError(path, "does not exist.", f"Name a file, or one of the shipped profiles: {names}.")
    choices = _read_choices(path)
    if not choices:
        raise DocumentError(path, "holds no choices.", "Write one line for each, such as `create/position: zero`.")
    for point, choice in choices.items():
        _check_line(contract, path, point, choice)
    return Profile.of(contract, choices)


def _check_line(contract: Contract, path: Path, point: str, choice: str) -> None:
    try:
        check_choice(contract, point, choice)
    except ProfileError as error:
        line = find_line(path, [*_steps(as_mapping(read_document(path))), point])
        raise DocumentError(path, "is not a profile of this contract.", str(error), line) from error


def _read_choices(path: Path) -> dict[str, str]:
    content: Json = read_document(path)
    for step in _steps(as_mapping(content)):
        content = as_mapping(content)[step]
    return {point: str(choice) for point, choice in as_mapping(content).items()}


def _steps(content: Mapping[str, Json]) -> Sequence[str]:
    return ["choices"] if "choices" in content else []


def _known_choices(contract: Contract, path: Path) -> dict[str, str]:
    """Return the choices of a shipped profile that also exist in a custom contract."""
    points = contract.open_points
    choices = _read_choices(path).items()
    return {point: choice for point, choice in choices if point in points and choice in points[point].choices}
