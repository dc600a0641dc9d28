"""The formats of texts that can be told from their looks."""

from collections.abc import Iterator, Mapping

MOST_EXAMPLES = 5_000

# Texts that have the format, one for each number from 0.
FORMATS: Mapping[str, str] = {
    "date": "{year}-06-15",
    "date-time": "{year}-06-15T09:30:00Z",
    "duration": "P{count}D",
    "email": "a{suffix}@example.com",
    "hostname": "example{suffix}.com",
    "ipv4": "192.{high}.2.{low}",
    "ipv6": "2001:db8::{count}",
    "time": "09:30:{second}Z",
    "uri": "https://example.com/{suffix}",
    "uri-reference": "/a{suffix}",
    "uuid": "123e4567-e89b-12d3-a456-{node}",
}
# What every text of the format matches.
FORMAT_PATTERNS: Mapping[str, str] = {
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "date-time": r"^\d{4}-\d{2}-\d{2}[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$",
    "duration": r"^P(?=.)",
    "email": r"^[^@\s]+@[^@\s]+$",
    "hostname": r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$",
    "ipv4": r"^\d{1,3}(\.\d{1,3}){3}$",
    "ipv6": r"^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$",
    "time": r"^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$",
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:",
    "uri-reference": r"^\S*$",
    "uuid": r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
}


def format_examples(name: str) -> Iterator[str]:
    """Yield distinct texts of a format, the plainest first; none of one that is not known."""
    for number in range(MOST_EXAMPLES if name in FORMATS else 0):
        yield FORMATS[name].format(
            year=2026 + number,
            count=number + 1,
            suffix=number or "",
            high=number // 250,
            low=number % 250 + 1,
            second=f"00.{number}" if number else "00",
            node=426_614_174_000 + number,
        )
