"""`milestones-mock` and `python -m mock_server`: nothing heavy is imported before Ctrl-C is in order."""

import signal


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # An exception in the middle of an import would be a traceback. The server sets a handler of its own.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from mock_server.cli import main as run

    run()


if __name__ == "__main__":
    main()
