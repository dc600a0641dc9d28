"""Free choices in requests that are sent anyway, all of which mean the same: clients, spellings, sizes of pages."""

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
SPELLED = "http/forms-are-read-however-spelled"

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
"""Headers that clients send beside the key: none, scripts, curl."""

CHARSETS: Mapping[Encoding, Sequence[str]] = {
    Encoding.JSON: (f"{JSON}; charset=utf-8", f"{JSON};charset=UTF-8", f'{JSON}; charset="utf-8"'),
    Encoding.FORM: (f"{FORM}; charset=UTF-8", f"{FORM};charset=utf-8"),
}

FOND = (5, 10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 48, 50, 60, 64, 75, 80, 90, 96, 99, 100)
"""Sizes of pages that databases and frameworks are fond of."""

SAME_SIZE = 0.7
"""The share of lists that ask for pages of the same size as the list before."""

MOST_TITLES = 200
"""The number of titles of one example."""

_LIMIT = re.compile(r"(?:^|&)limit=(\d+)")


class Chance(Random):
    """Chance for which too few records are an obstacle, not an error of the suite."""

    def choice(self, seq: "SupportsLenAndGetItem[Item]") -> Item:
        """Choose one; PreconditionFailed where there is none."""
        if not len(seq):
            raise PreconditionFailed("there is no record to choose: the deployment shows fewer than were made")
        return super().choice(seq)

    def sample(self, population: Sequence[Item], k: int, *, counts: Iterable[int] | None = None) -> list[Item]:
        """Choose some; PreconditionFailed where there are fewer."""
        if counts is None and k > len(population):
            raise PreconditionFailed(
                f"there are {len(population)} records to choose {k} from: the deployment shows fewer than were made"
            )
        return super().sample(population, k, counts=counts)


@dataclass(frozen=True, slots=True)
class Manner:
    """A way to send a request, and what breaks where it is not answered as when it is sent in the usual one."""

    requirement: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    charset: int = 0
    spelling: Spelling = Spelling.USUAL

    def applied(self, options: RequestOptions) -> RequestOptions:
        """Return options in this manner."""
        headers = dict(self.headers)
        if self.requirement == CHARSET:
            kinds = CHARSETS[options.encoding]
            headers["Content-Type"] = kinds[self.charset % len(kinds)]
        return RequestOptions(options.encoding, options.key, headers | dict(options.headers), self.spelling)


USUAL = Manner()


@dataclass
class Choices:
    """The chance of a run; how often each size of a page was drawn; and what a deployment is known not to take."""

    chance: Random
    drawn: Counter[tuple[str, int]] = field(default_factory=Counter)
    broken: set[str] = field(default_factory=set)
    ends: list[str] = field(default_factory=list)
    """The odd ends of the titles that come next."""
    titles: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The beginning and end of each title that was chosen."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while titles are chosen: jobs use up the same ends."""


@dataclass
class Variation:
    """The free choices of an example; without `choices`, always the same ones, by default the usual."""

    choices: Choices | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    manners: Mapping[bool, Manner] = field(default_factory=dict)
    used: dict[int, Manner] = field(default_factory=dict)
    """The manner of each exchange by its number."""
    titles: list[tuple[str, str]] = field(default_factory=list)
    """The beginnings and ends of the titles that come next, without `choices`."""
    last_sizes: dict[str, int] = field(default_factory=dict)
    """The size of the last page of each operation."""

    def repeated(self, history: Sequence[Exchange]) -> "Variation":
        """Return what always chooses as was chosen last in a history."""
        sizes, manners, titles = {}, {}, []
        chosen = self.choices.titles if self.choices is not None else {}
        for exchange in history:
            if exchange.operation == "createMilestone" and exchange.ok:
                sent = read_fields("", exchange.sent, exchange.content_type).get("milestone_title", [])
                titles += [chosen[title] for title in sent if isinstance(title, str) and title in chosen]
            if limit := _LIMIT.search(exchange.query):
                sizes[exchange.operation] = int(limit[1])
            if exchange.number in self.used:
                manners[exchange.sent is not None] = self.used[exchange.number]
        return Variation(None, sizes, manners, titles=titles)

    def again(self, *, last: bool = False) -> "Variation":
        """Return one that chooses the same from the start, or always as it did `last`."""
        return replace(self, titles=self.titles[-1:] * MOST_TITLES if last else [*self.titles])

    def page_size(self, operation: str, least: int, cap: int) -> int:
        """Return a limit for a list that has about `least` rows: from there to the cap, each as often as any other.

        Often it is the last one again: a list that was kept from an earlier request shows only where that is repeated.
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

    def title(self, plain: str, *, begins_plainly: bool = False) -> str:
        """Return a title around a plain one, of which no other is a part."""
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
        """Return an encoding for what may have either."""
        return self.choices.chance.choice(list(Encoding)) if self.choices is not None else Encoding.FORM

    def manner(self, options: RequestOptions = DEFAULT, *, has_body: bool) -> Manner:
        """Return a way to send a request; one with headers of its own is left as it is."""
        if options.headers:
            return USUAL
        if self.choices is None:
            return self.manners.get(has_body, USUAL)
        manners = _manners(self.choices.chance, options, has_body)
        return self.choices.chance.choice(
            [USUAL, *(manner for manner in manners if manner.requirement not in self.choices.broken)]
        )


def _manners(chance: Random, options: RequestOptions, has_body: bool) -> list[Manner]:
    # A browser is what frameworks treat otherwise.
    manners = [Manner(ALIKE, A_BROWSER), Manner(ALIKE, chance.choice(CLIENTS))]
    if has_body:
        # Header fields that are named come before the key; elsewhere the content type comes behind it.
        kind = {"Content-Type": FORM if options.encoding is Encoding.FORM else JSON}
        manners += [Manner(ALIKE, kind), Manner(CHARSET, charset=chance.randrange(12))]
    if has_body and options.encoding is Encoding.FORM:
        manners += [Manner(SPELLED, spelling=spelling) for spelling in Spelling if spelling is not Spelling.USUAL]
    return manners
