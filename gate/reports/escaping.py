"""Words of a contract or a deployment, made harmless for whatever shows them."""

from gate.verdict import Finding, Severity

# Of these, what they say is all there is to know; of the others people ask why they are told.
PLAIN = ("compatible", "documentation", "exercised")


def one_line(text: str) -> str:
    """Text on one line and without control codes: neither a terminal nor the log of a CI host obeys what is in it.

    GitHub takes a line that begins with `::`, and one with `##[` anywhere in it, for a command.
    """
    line = "".join(letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text)
    return line.replace("##[", "## [")


def explained(finding: Finding) -> bool:
    """Test whether its reason is reported beside it."""
    return finding.severity is not Severity.INFO or finding.kind not in PLAIN
