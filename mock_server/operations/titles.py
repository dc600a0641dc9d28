"""Titles of milestones: validation, and the rule for when two titles are the same."""

from collections.abc import Callable, Mapping

from mock_server.contract.profile import OpenPointId, Profile
from mock_server.errors import Conflict
from mock_server.requests.form_data import FormData
from mock_server.storage.store import Milestone, Store, title_hash
from mock_server.storage.text_folding import replace_emoji, strip_accents

FIELD = "milestone_title"
MAX_LENGTH = 255
FOLDS: Mapping[OpenPointId, Callable[[str], str]] = {
    "create/title-accents": strip_accents,
    "create/title-emoji": replace_emoji,
    "create/title-letter-case": str.casefold,
}
"""Functions that remove the differences between titles that a deployment may ignore, by open point."""


def read_title(form: FormData, profile: Profile) -> str:
    """Return the title that was sent, as it is stored; add an error to the form if it is invalid."""
    sent = form.text(FIELD)
    if FIELD not in form.values or FIELD in form.errors:
        return sent
    title = sent.strip()
    if not title:
        return _accept_blank(form, sent, profile)
    if title != sent and profile.decide("create/title-outer-blanks") != "trimmed":
        title = sent
    return _fit_length(form, title, profile) if len(title) > MAX_LENGTH else title


def _accept_blank(form: FormData, title: str, profile: Profile) -> str:
    if profile.decide("create/blank-title") == "422":
        form.add_error(FIELD, "The milestone title field is required.")
    return title


def _fit_length(form: FormData, title: str, profile: Profile) -> str:
    match profile.decide("create/title-over-255"):
        case "cut":
            return title[:MAX_LENGTH]
        case "422":
            form.add_error(FIELD, f"The milestone title must not be greater than {MAX_LENGTH} characters.")
    return title


def title_key(title: str, profile: Profile, without: OpenPointId | None = None) -> str:
    """Return a key that two titles share exactly if they count as the same; one fold may be left out."""
    for point, fold in FOLDS.items():
        if point != without and profile.peek(point) == "same":
            title = fold(title)
    return title


def is_taken_by(milestone: Milestone, title: str, profile: Profile) -> bool:
    """Return whether a milestone's title blocks a title."""
    if title_key(milestone.title, profile) != title_key(title, profile):
        return False
    for point in FOLDS:
        if title_key(milestone.title, profile, without=point) != title_key(title, profile, without=point):
            profile.decide(point)
    return True


def check_unique(store: Store, profile: Profile, project_id: int, title: str, own_id: int | None = None) -> None:
    """Raise Conflict if another milestone of the project has the title.

    Implements: Milestones, Create a milestone (unique within the project); Milestones, Errors (409).
    """
    rivals = store.milestones_of_title.ids(title_hash(project_id, title))
    for milestone in map(store.milestones.get_or_raise, rivals):
        if milestone.project_id == project_id and milestone.id != own_id and is_taken_by(milestone, title, profile):
            raise Conflict("A milestone with this title already exists in the project.")
