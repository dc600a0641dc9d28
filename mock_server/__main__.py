"""Entry point of `milestones-mock` and `python -m mock_server`; slow imports wait until Ctrl-C is handled."""

import signal


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # An exception during an import would print a traceback. The server sets a handler of its own.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from mock_server.cli import main as run

    run()


if __name__ == "__main__":
    main()
