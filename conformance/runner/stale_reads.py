"""Tell reads that lag behind writes from reads that are wrong: ask again, and see whether the answer settles."""

from collections.abc import Callable, Iterator, Sequence

from conformance.exchange import AuthVariant, Exchange, Json, NotJson
from conformance.http.transport import SAFE_METHODS, NoAnswer, OutgoingRequest
from conformance.models import rows_of
from conformance.results.outcome import StaleRead

PAUSES = (0.1, 0.3, 0.7)
"""The seconds before each time that a contradicting read is asked again."""
MOST_READS = 3
OURS = ("/milestones", "/tasks", "/projects/")
"""What other people's work does not change."""

Send = Callable[[OutgoingRequest], Exchange]
Wait = Callable[[float], None]


def find_stale_read(history: Sequence[Exchange], send: Send, wait: Wait) -> StaleRead | None:
    """Ask the last reads of an example again; return the first whose answer changes although nothing was written."""
    reads, waited = list(_last_reads(history)), 0.0
    for seconds in PAUSES if reads else ():
        wait(seconds)
        waited += seconds
        for read in reads:
            try:
                again = [send(_request_of(read))]
                if _content(again[0]) == _content(read):
                    continue
                again += [send(_request_of(read)) for _ in range(2)]
            except NoAnswer:
                return None
            steady = len({_content(answer) for answer in again}) == 1
            return StaleRead(read, waited if steady else 0.0)
    return None


def describe(stale_reads: Sequence[StaleRead]) -> list[str]:
    """Say in one sentence each that reads lag, and that they alternate."""
    notes = [f"{stale_read}." for stale_read in stale_reads if stale_read.alternates][:1]
    if lag := max((stale_read.lag for stale_read in stale_reads), default=0.0):
        notes.append(
            f"Reads lag by up to {lag:.1f} s behind writes; the run waited for them once it had noticed. "
            f"--settle {lag * 1.5:.1f} lets it wait from the start."
        )
    return notes


def _last_reads(history: Sequence[Exchange]) -> Iterator[Exchange]:
    """Yield the reads after the last write, the last one first."""
    for exchange in reversed(history[-MOST_READS:]):
        if exchange.method not in SAFE_METHODS:
            return
        readable = exchange.method == "GET" and (exchange.ok or exchange.status == 404)
        if readable and exchange.key is AuthVariant.OURS and exchange.path.startswith(OURS):
            yield exchange


def _request_of(exchange: Exchange) -> OutgoingRequest:
    return OutgoingRequest(exchange.operation, exchange.method, exchange.path, exchange.query)


def _content(exchange: Exchange) -> str:
    """Return what an answer says, whatever the order of its rows."""
    rows = rows_of(exchange)
    if rows:
        return repr((exchange.status, sorted(map(repr, rows)), exchange.envelope.get("meta")))
    json: Json | NotJson = exchange.json
    return repr((exchange.status, exchange.received if isinstance(json, NotJson) else json))
