"""Escape texts of a contract or a deployment for terminals, Markdown and workflow commands."""

import re

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&-])")
CODE = re.compile(r"`([^`]+)`")


def one_line(text: str) -> str:
    """Return a text on one line without control codes, so that neither a terminal nor a CI log interprets it.

    GitHub interprets a line that begins with `::`, or contains `##[` anywhere, as a command.
    """
    line = "".join(letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text)
    return line.replace("##[", "## [")


def escape_markdown(words: str) -> str:
    """Return text in which nothing is Markdown or HTML, save code between backticks, on one line."""
    pieces = CODE.split(" ".join(one_line(words).split()))
    # Every other piece was between backticks, whatever it begins with.
    return "".join(
        quote_code(piece) if number % 2 else SPECIAL.sub(r"\\\1", piece) for number, piece in enumerate(pieces)
    )


def quote_code(words: str) -> str:
    """Return text as code, even if it contains backticks."""
    line = " ".join(one_line(words).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    space = " " if not line or line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def escape_data(text: str) -> str:
    """Escape the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape a property of a workflow command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")
