"""Entry point of `milestones-gate` and `python -m gate`; slow imports wait until Ctrl-C is handled."""

import signal


def main() -> None:
    """Run the command line."""
    former = signal.getsignal(signal.SIGINT)
    if former is signal.default_int_handler:
        # An exception during an import would print a traceback, and leave a half-initialised module behind.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gate.cli import main as run

    signal.signal(signal.SIGINT, former)
    run()


if __name__ == "__main__":
    main()
