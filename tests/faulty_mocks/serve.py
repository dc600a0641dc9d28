"""`python -m tests.faulty_mocks.serve FAULT`: a mock with one seeded fault, for `milestones-check` to find it.

Without a name, it lists the faults.
"""

import sys
import threading
from contextlib import suppress

from mock_server.contract.contract import load_contract
from mock_server.scenarios.loader import load_scenario
from tests.conformance.live_server import serving
from tests.faulty_mocks.fault import Fault, load_all
from tests.faulty_mocks.mock_builder import MockBuilder


def serve(fault: Fault) -> None:
    """Print the base URL once the faulty mock answers, until Ctrl-C."""
    builder = MockBuilder(load_contract(), load_scenario("default"))
    fault.inject(builder)
    with builder.built() as handle, serving(handle) as url, suppress(KeyboardInterrupt):
        print(url, flush=True)
        threading.Event().wait()


def main() -> None:
    """Serve the fault that is named, or list them all."""
    faults = load_all()
    if len(sys.argv) != 2 or sys.argv[1] not in faults:
        for fault in faults.values():
            print(f"{fault.name}: breaks {', '.join(sorted(fault.breaks))}")
        unknown = f"{sys.argv[1]} is none of them. " if len(sys.argv) > 1 else ""
        sys.exit(f"{unknown}Name one of these faults: python -m tests.faulty_mocks.serve FAULT")
    serve(faults[sys.argv[1]])


if __name__ == "__main__":
    main()
