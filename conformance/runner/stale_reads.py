"""Distinguish reads that lag behind writes from wrong reads: repeat them, and see whether the answer settles.

Nodes that share no data answer in turn, and each of their answers was right at some time. An answer that never was
right, such as a row twice on a page or a text that nobody wrote, is a defect, however rarely it occurs.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import takewhile

from conformance.exchange import AuthVariant, Exchange, Json, NotJson, read_fields
from conformance.http.request import SAFE_METHODS, NoAnswer, OutgoingRequest
from conformance.records import meta_of, milestone_of, records_of, rows_of
from conformance.results.outcome import StaleRead
from conformance.sandbox.identity import read_id

PAUSES = (0.1, 0.3, 0.7)
"""The seconds before each repetition of a contradicting read."""
MOST_READS = 6
"""The number of last reads to repeat: two projects are read with three lists each, and any may be stale."""
LEADING = 2
"""The number of reads before them to send as well, for answers that depend on the request before."""
OURS = ("/milestones", "/tasks", "/projects/")
"""Beginnings of the paths whose answers other clients' work does not change."""

Send = Callable[[OutgoingRequest], Exchange]
Wait = Callable[[float], None]


def find_stale_read(
    history: Sequence[Exchange], earlier: Sequence[Exchange], send: Send, wait: Wait, settled: float = 0.0
) -> StaleRead | None:
    """Repeat the last reads of an example; return the first whose answer changes although nothing was written.

    `earlier` is everything sent in the same projects, and each read came `settled` seconds after the last write.
    """
    reads, waited = last_reads(history), settled
    lead = [exchange for exchange in history if _is_repeatable(exchange) and exchange not in reads][-LEADING:]
    for number, seconds in enumerate(PAUSES if reads else ()):
        wait(seconds)
        waited += seconds
        # Nodes that answer in turn must not come to the same requests each time.
        before = lead[number % 2 :] if lead else reads[-1:] * (number % 2)
        try:
            # In the same order: an answer may depend on the reads before it, which is a defect and no lag.
            answers = [send(request_of(read)) for read in [*before, *reads]][len(before) :]
            for read, answer in zip(reversed(reads), reversed(answers), strict=True):
                if content(answer) == content(read):
                    continue
                again = [answer, *(send(request_of(read)) for _ in range(2))]
                if len({content(repeated) for repeated in again}) == 1:
                    return StaleRead(read, waited)
                return StaleRead(read, 0.0) if could_be_of_nodes([read, *again], [*earlier, *history]) else None
        except NoAnswer:
            return None
    return None


def could_be_of_nodes(answers: Sequence[Exchange], history: Sequence[Exchange]) -> bool:
    """Return whether each of several answers to one request may have been right at some time."""
    if len({is_whole(answer) for answer in answers}) > 1 or are_ties(answers):
        return False
    written = {text for exchange in history for text in written_texts(exchange)}
    return all(texts <= written for texts in disputed_texts(answers))


def written_texts(exchange: Exchange) -> Iterator[str]:
    """Yield the texts that were sent, those in answers to writes, and those of defaults, the deployment's own."""
    yield from all_texts(read_fields(exchange.query, exchange.sent, exchange.content_type))
    if exchange.method not in SAFE_METHODS:
        yield from all_texts(exchange.envelope)
    for record in _records(exchange):
        if record.get("type") == "uncategorised":
            yield from all_texts(record)


def disputed_texts(answers: Sequence[Exchange]) -> Iterator[AbstractSet[str]]:
    """Yield for each record the texts that some of the answers show, but not all."""
    shown: dict[int | None, list[set[str]]] = {}
    for record in (record for answer in answers for record in _records(answer)):
        texts = {value for value in record.values() if isinstance(value, str)}
        shown.setdefault(read_id(record), []).append(texts)
    for versions in shown.values():
        yield set[str]().union(*versions) - versions[0].intersection(*versions)


def _records(answer: Exchange) -> Sequence[Mapping[str, Json]]:
    data = answer.envelope.get("data")
    return [data] if isinstance(data, Mapping) else records_of(answer)


def is_whole(answer: Exchange) -> bool:
    """Return whether a page has each row once, and as many rows as its meta says."""
    rows, meta = rows_of(answer), meta_of(answer)
    ids = [read_id(row) for row in rows]
    total, limit, page = (meta.get(name) for name in ("total", "per_page", "current_page"))
    if total is None or limit is None or page is None:
        return len(set(ids)) == len(ids)
    return len(set(ids)) == len(ids) == min(limit, max(total - limit * (page - 1), 0))


def are_ties(answers: Sequence[Exchange]) -> bool:
    """Return whether pages of a sorted list differ only in which of several equal rows they show."""
    fields = read_fields(answers[0].query, None, None)
    column = str(fields.get("sort", [""])[0]).removeprefix("milestone_")
    totals = {repr(answer.envelope.get("meta")) for answer in answers}
    if column not in ("created", "position", "title") or len(totals) > 1:
        return False
    pages = [{row.id: row for part in rows_of(answer) if (row := milestone_of(part))} for answer in answers]
    rows = {row for page in pages for row in page.values()}
    moving = Counter(getattr(row, column) for row in rows if not all(row.id in page for page in pages))
    # A row that differs between pages was written in between.
    return len(rows) == len({row.id for row in rows}) and min(moving.values(), default=0) > 1


def all_texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from all_texts(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from all_texts(part)


def describe(stale_reads: Sequence[StaleRead]) -> list[str]:
    """Return sentences that reads lag, and that answers alternate, as far as they do."""
    notes = [f"{stale_read}." for stale_read in stale_reads if stale_read.alternates][:1]
    if lag := max((stale_read.lag for stale_read in stale_reads), default=0.0):
        notes.append(
            f"Reads lag by up to {lag:.1f} s behind writes; the run waited for them after it had noticed the lag. "
            f"--settle {lag * 1.5:.1f} makes it wait from the start."
        )
    return notes


def last_reads(history: Sequence[Exchange]) -> list[Exchange]:
    """Return the reads after the last write."""
    reads = list(takewhile(lambda exchange: exchange.method in SAFE_METHODS, reversed(history[-MOST_READS:])))
    return [exchange for exchange in reversed(reads) if _is_repeatable(exchange)]


def _is_repeatable(exchange: Exchange) -> bool:
    """Return whether an exchange is a read whose answer other clients' work does not change."""
    readable = exchange.method == "GET" and (exchange.ok or exchange.status in (304, 404))
    return readable and exchange.key is AuthVariant.OURS and exchange.path.startswith(OURS)


def request_of(exchange: Exchange) -> OutgoingRequest:
    headers = exchange.sent_headers
    return OutgoingRequest(exchange.operation, exchange.method, exchange.path, exchange.query, headers=headers)


def content(exchange: Exchange) -> str:
    """Return the content of an answer, independent of the order of its rows."""
    rows = rows_of(exchange)
    if rows:
        return repr((exchange.status, sorted(map(repr, rows)), exchange.envelope.get("meta")))
    json: Json | NotJson = exchange.json
    return repr((exchange.status, exchange.received if isinstance(json, NotJson) else json))
