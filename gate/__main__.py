"""`milestones-gate` and `python -m gate`: nothing heavy is imported before Ctrl-C is in order."""

import signal


def main() -> None:
    """Run the command line."""
    former = signal.getsignal(signal.SIGINT)
    if former is signal.default_int_handler:
        # An exception in the middle of an import would be a traceback, and leave half of a module behind.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gate.cli import main as run

    signal.signal(signal.SIGINT, former)
    run()


if __name__ == "__main__":
    main()
