"""Remove the leftovers of earlier runs from a target, as `milestones-check clean-up` does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.http.client import Client
from conformance.http.signals import stop_on_signals
from conformance.http.transport import AdapterFactory, Socket, Transport
from conformance.sandbox.clean_up import CLEAN_UP_SECONDS
from conformance.sandbox.cleaner import Cleaner
from conformance.sandbox.journal import left_behind
from conformance.sandbox.ownership import Kind
from conformance.sandbox.sandbox import Sandbox
from conformance.session import contradicts, load_contract
from conformance.target import RunError, Target


@dataclass(frozen=True, slots=True)
class Removal:
    """The result of removing leftovers: the removed projects, the runs that had journals, and what is left."""

    removed: int
    runs: int
    leftovers: Sequence[str]


def remove_left_behind(
    contract: Path | None,
    target: Target,
    *,
    journals_only: bool = False,
    adapter: AdapterFactory = Socket,
    sleep: Callable[[float], None] | None = None,
) -> Removal:
    """Remove every project on a target that a run has titled, and the journals of runs without further leftovers.

    With `journals_only`, only the projects of runs with a journal here: other runs may be in progress. Raises RunError
    if answers contradict each other or a journal is damaged; then nothing is removed.
    """
    journals = list(left_behind(target.url))
    if journals_only and not journals:
        return Removal(0, 0, [])
    sandbox = Sandbox(run_id="")
    ownership = sandbox.ownership
    prefixes = tuple(f"{ownership.prefix}{journal.run_id}_" for journal in journals)
    if journals_only:
        ownership.prefixes = prefixes
    for journal in journals:
        ownership.existing[Kind.PROJECT] |= journal.existing
    transport = Transport(target, guard=sandbox.guard, adapter=adapter, sleep=sleep)
    client = Client(load_contract(contract), transport)
    sandbox.connect(client)
    cleaner = Cleaner(client, ownership, ownership.prefix, transport.wait, unknown_runs=True)
    cleaner.known_prefixes = prefixes
    with stop_on_signals(transport.stop, transport.cut):
        transport.begin_clean_up(CLEAN_UP_SECONDS)
        cleaner.run()
    if cleaner.clear:
        for journal in journals:
            journal.close()
    if ownership.contradiction:
        raise RunError(contradicts(target, ownership.contradiction, cleaner.leftovers))
    return Removal(len(cleaner.removed), len(journals), cleaner.leftovers)
