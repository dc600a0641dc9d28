"""Every relative link in the documents leads to a file of the repository, and to a heading in it where it names one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def test_every_relative_link_leads_somewhere(files: list[Path]) -> None:
    documents = [path for path in files if path.suffix == ".md"]
    assert documents, "There is no document to read."
    assert [complaint for document in documents for complaint in dead_links(document, set(files))] == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[a](missing.md)", "missing.md does not exist"),
        ("[a](other.md#nowhere)", "other.md has no heading #nowhere"),
        ("[a](#nowhere)", "readme.md has no heading #nowhere"),
        ("[a]: missing.md", "missing.md does not exist"),
        ("# Top\n[a](#top) [b](other.md#a-heading-1) [c](https://example.com) `x`", None),
        ("```\n[a](missing.md)\n```", None),
    ],
)
def test_a_dead_link_is_found(text: str, complaint: str | None, tmp_path: Path) -> None:
    document, other = tmp_path / "readme.md", tmp_path / "other.md"
    document.write_text(text)
    other.write_text("# A heading\n## A `heading`!\n")
    expected = [] if complaint is None else [f"readme.md: {complaint}"]
    assert list(dead_links(document, {document, other})) == expected


def dead_links(document: Path, files: set[Path]) -> Iterator[str]:
    """Yield a sentence for each relative link of the document that leads nowhere."""
    for match in LINK.finditer(FENCE.sub("", document.read_text(encoding="utf-8"))):
        link = match[1] or match[2]
        if ELSEWHERE.match(link):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if target not in files and not any(target in file.parents for file in files):
            yield f"{document.name}: {name} does not exist"
        elif anchor and anchor not in anchors(target):
            yield f"{document.name}: {target.name} has no heading #{anchor}"


def anchors(document: Path) -> set[str]:
    """The anchors that a rendered document has for its headings, numbered where two would be the same."""
    used: dict[str, int] = {}
    slugs: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        count = used.get(slug, 0)
        used[slug] = count + 1
        slugs.add(f"{slug}-{count}" if count else slug)
    return slugs
