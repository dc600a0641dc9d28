"""Free choices among equivalent requests: client headers, spellings of a body, and page sizes."""

import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, TypeVar

from conformance.exchange import Exchange, read_fields
from conformance.generation.titles import around_a_title
from conformance.http.client import DEFAULT, FORM, JSON, Encoding, PreconditionFailed, RequestOptions, Spelling

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

Item = TypeVar("Item")

ALIKE = "http/any-accept-is-answered-alike"
CHARSET = "http/a-charset-changes-nothing"
SPELLED = "http/bodies-are-read-however-spelled"

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
A_BROWSER = {
    "Accept": BROWSER,
    "Accept-Language": "fr-FR,fr;q=0.9,de;q=0.8",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
}
CLIENTS: Sequence[Mapping[str, str]] = (
    {"Accept": ""},
    {"Accept": "application/json"},
    {"Accept": "application/json; charset=utf-8", "Accept-Language": "fr"},
    {"Accept": "application/json, text/plain, */*", "X-Requested-With": "XMLHttpRequest"},
    {"Accept": "*/*", "User-Agent": "curl/8.5.0", "Accept-Language": "de-DE,de;q=0.9"},
    {"Accept": "*/*", "User-Agent": ""},
)
"""Headers that clients send beside the key: none, those of scripts, those of curl."""

CHARSETS: Mapping[Encoding, Sequence[str]] = {
    Encoding.JSON: (f"{JSON}; charset=utf-8", f"{JSON};charset=UTF-8", f'{JSON}; charset="utf-8"'),
    Encoding.FORM: (f"{FORM}; charset=UTF-8", f"{FORM};charset=utf-8"),
}

SPELLINGS: Mapping[Encoding, Sequence[Spelling]] = {
    # As often as everything else: many encoders escape unless told otherwise.
    Encoding.JSON: (Spelling.ESCAPED,) * 5,
    Encoding.FORM: (Spelling.AS_CURL, Spelling.SMALL_HEX),
}
"""The unusual spellings of a body, each as often as it is named."""

FOND = (5, 10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 48, 50, 60, 64, 75, 80, 90, 96, 99, 100)
"""Page sizes that databases and frameworks often use."""

ORDERS = tuple(
    {"sort": f"milestone_{column}", "order": order} for column in ("position", "created") for order in ("asc", "desc")
)
"""Orders of a list of milestones that every such list is watched for."""

SAME_SIZE = 0.7
"""The share of lists that are requested with the same page size as the list before."""

MOST_TITLES = 200
"""The maximum number of titles in one example."""

_LIMIT = re.compile(r"(?:^|&)limit=(\d+)")
_ORDER = re.compile(r"sort=(milestone_(?:position|created))&order=(asc|desc)")


class Chance(Random):
    """A random source for which too few records are an obstacle, not an error of the suite."""

    def choice(self, seq: "SupportsLenAndGetItem[Item]") -> Item:
        """Choose one element; raise PreconditionFailed if there is none."""
        if not len(seq):
            raise PreconditionFailed("there is no record to choose: the deployment shows fewer than were made")
        return super().choice(seq)

    def sample(self, population: Sequence[Item], k: int, *, counts: Iterable[int] | None = None) -> list[Item]:
        """Choose `k` elements; raise PreconditionFailed if there are fewer."""
        if counts is None and k > len(population):
            raise PreconditionFailed(
                f"there are {len(population)} records to choose {k} from: the deployment shows fewer than were made"
            )
        return super().sample(population, k, counts=counts)


@dataclass(frozen=True, slots=True)
class Manner:
    """A way to send a request, and the requirement violated if the answer differs from the usual way's."""

    requirement: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    charset: int = 0
    spelling: Spelling = Spelling.USUAL

    def applied(self, options: RequestOptions) -> RequestOptions:
        """Return the options changed to this way of sending."""
        headers = dict(self.headers)
        if self.requirement == CHARSET:
            kinds = CHARSETS[options.encoding]
            headers["Content-Type"] = kinds[self.charset % len(kinds)]
        return RequestOptions(options.encoding, options.key, headers | dict(options.headers), self.spelling)


USUAL = Manner()


@dataclass
class Choices:
    """The random source of a run, how often each page size was drawn, and the variations that a deployment refuses."""

    chance: Random
    drawn: Counter[tuple[str, int]] = field(default_factory=Counter)
    broken: set[str] = field(default_factory=set)
    ends: list[str] = field(default_factory=list)
    """The stock of unusual ends for titles."""
    titles: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The beginning and end of each title that was composed."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while a title is composed: concurrent properties share the stock of ends."""


@dataclass
class Variation:
    """The free choices of an example; without `choices`, they are fixed, by default to the usual ones."""

    choices: Choices | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    manners: Mapping[bool, Manner] = field(default_factory=dict)
    order: Mapping[str, str] = field(default_factory=dict)
    body: Encoding = Encoding.FORM
    used: dict[int, Manner] = field(default_factory=dict)
    """The manner of each exchange, by its number."""
    titles: list[tuple[str, str]] = field(default_factory=list)
    """The beginnings and ends of the next titles, used without `choices`."""
    last_sizes: dict[str, int] = field(default_factory=dict)
    """The last page size of each operation."""

    def repeated(self, history: Sequence[Exchange]) -> "Variation":
        """Return a variation that always makes the last choices of a history."""
        sizes, manners, titles = {}, {}, []
        order: dict[str, str] = {}
        body = Encoding.FORM
        chosen = self.choices.titles if self.choices is not None else {}
        for exchange in history:
            if exchange.operation == "createMilestone" and exchange.ok:
                sent = read_fields("", exchange.sent, exchange.content_type).get("milestone_title", [])
                titles += [chosen[title] for title in sent if isinstance(title, str) and title in chosen]
            if limit := _LIMIT.search(exchange.query):
                sizes[exchange.operation] = int(limit[1])
            if exchange.operation == "listMilestones":
                sorted_by = _ORDER.search(exchange.query)
                order = {"sort": sorted_by[1], "order": sorted_by[2]} if sorted_by else {}
            if exchange.sent is not None:
                body = Encoding.JSON if "json" in (exchange.content_type or "") else Encoding.FORM
            if exchange.number in self.used:
                manners[exchange.sent is not None] = self.used[exchange.number]
        return Variation(None, sizes, manners, order, body, titles=titles)

    def again(self, *, last: bool = False) -> "Variation":
        """Return a variation that makes the same choices from the start, or always the `last` title's."""
        return replace(self, titles=self.titles[-1:] * MOST_TITLES if last else [*self.titles])

    def page_size(self, operation: str, least: int, cap: int) -> int:
        """Return a limit for a list of about `least` rows: from there to the cap, each value equally often.

        Often it is the last limit again: a list that was cached for an earlier request shows only when that is
        repeated.
        """
        if self.choices is None:
            return self.sizes.get(operation, cap)
        last = self.last_sizes.get(operation, 0)
        if least <= last <= cap and self.choices.chance.random() < SAME_SIZE:
            return last
        sizes, drawn = range(min(max(least, 1), cap), cap + 1), self.choices.drawn
        fewest = min(drawn[operation, size] for size in sizes)
        chosen = self.choices.chance.choice([size for size in sizes if drawn[operation, size] == fewest])
        drawn[operation, chosen] += 1
        self.last_sizes[operation] = chosen
        return chosen

    def row_order(self) -> Mapping[str, str]:
        """Return the sort and order of a list whose rows may come in any order; often none."""
        if self.choices is None:
            return self.order
        return self.choices.chance.choice([*ORDERS, *[{}] * len(ORDERS)])

    def title(self, plain: str, *, begins_plainly: bool = False) -> str:
        """Return a title that contains a plain one and is part of no other title."""
        if self.choices is None:
            beginning, end = self.titles.pop(0) if self.titles else ("", "")
        else:
            with self.choices.lock:
                beginning, end = around_a_title(self.choices.chance, self.choices.ends, self.choices.broken)
        title = f"{plain}{end}" if begins_plainly else f"{beginning}{plain}{end}"
        if self.choices is not None:
            self.choices.titles[title] = beginning, end
        return title

    def encoding(self) -> Encoding:
        """Return an encoding for a request that may have either."""
        return self.choices.chance.choice(list(Encoding)) if self.choices is not None else self.body

    def manner(self, options: RequestOptions = DEFAULT, *, has_body: bool) -> Manner:
        """Return a way to send a request; a request with headers of its own is sent in the usual way."""
        if options.headers:
            return USUAL
        if self.choices is None:
            return self.manners.get(has_body, USUAL)
        manners = _manners(self.choices.chance, options, has_body)
        return self.choices.chance.choice(
            [USUAL, *(manner for manner in manners if manner.requirement not in self.choices.broken)]
        )


def _manners(chance: Random, options: RequestOptions, has_body: bool) -> list[Manner]:
    # Frameworks treat browsers differently from other clients.
    manners = [Manner(ALIKE, A_BROWSER), Manner(ALIKE, chance.choice(CLIENTS))]
    if has_body:
        # Explicit headers are sent before the key; otherwise the content type comes after it.
        kind = {"Content-Type": FORM if options.encoding is Encoding.FORM else JSON}
        manners += [Manner(ALIKE, kind), Manner(CHARSET, charset=chance.randrange(12))]
        manners += [Manner(SPELLED, spelling=spelling) for spelling in SPELLINGS[options.encoding]]
    return manners
