"""The reference: a mock known to be correct, on which reproductions are tried as well."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.contract import Contract
from conformance.http.client import Client
from conformance.http.request import NoAnswer, OutgoingRequest
from conformance.http.transport import Transport
from conformance.options import IdOverrides
from conformance.reproduction.replay import Replayer
from conformance.sandbox.discovery import explore
from conformance.sandbox.mock_process import run_mock
from conformance.sandbox.ownership import LABEL
from conformance.target import Target


@contextmanager
def run_reference(contract: Contract, path: Path | None, profile: Mapping[str, str]) -> Iterator[Replayer]:
    """Run the mock with the deployment's choices at open points while the context is open.

    `path` is the contract's path if it is not the shipped one. Raises RunError if the mock does not start.
    """
    with TemporaryDirectory() as folder:
        choices = Path(folder) / "profile.json"
        choices.write_text(json.dumps(dict(profile)), encoding="utf-8")
        # The mock refuses a profile without any choice.
        with run_mock(path, choices if profile else None) as target:
            yield _replayer(contract, target)


def opposite(contract: Contract, profile: Mapping[str, str]) -> dict[str, str]:
    """Return a choice for each open point that is neither the given profile's nor the default, if there is one."""
    return {
        point.id: next(
            (choice for choice in point.choices if choice not in (profile.get(point.id), point.default)),
            next((choice for choice in point.choices if choice != profile.get(point.id, point.default)), point.default),
        )
        for point in contract.open_points.values()
    }


def _replayer(contract: Contract, target: Target) -> Replayer:
    client = Client(contract, Transport(target, guard=allow, sleep=lambda _: None))
    titles = count(1)

    def remove(project: int) -> None:
        try:
            client.delete_project(project)
        except NoAnswer:
            return

    return Replayer(
        client=client,
        prerequisites=explore(contract, target, IdOverrides()),
        project_title=lambda: f"{LABEL}REFERENCE_{next(titles)}",
        learn=lambda _: None,
        remove=remove,
    )


def allow(_: OutgoingRequest) -> None:
    """Let every request pass: all records of the reference may be written to."""
