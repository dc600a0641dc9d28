"""Words of a contract or a deployment, made harmless for whatever shows them."""

from gate.verdict import Finding, Severity

# Of these, what they say is all there is to know; of the others people ask why they are told.
PLAIN = ("compatible", "documentation", "exercised")


def one_line(text: str) -> str:
    """Text on one line and without control codes: neither a terminal nor the log of a CI host obeys what is in it.

    GitHub takes a line that begins with `::`, and one with `##[` anywhere in it, for a command.
    """
    line = "".join(one if one.isprintable() else " " if one.isspace() else "\ufffd" for one in text)
    return line.replace("##[", "## [")


def explained(finding: Finding) -> bool:
    """Whether its reason is told beside it."""
    return finding.weight is not Severity.INFO or finding.kind not in PLAIN
