"""Changes of the media types of messages: new and removed ones, and each compared with its counterpart."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from gate.diff.change import Change
from gate.diff.encodings import encoding_changes
from gate.diff.schemas import Messages, Where
from gate.openapi.messages import Content, media_ranges
from gate.source.document import Node
from gate.subschema.normalizer import Side

Contents: TypeAlias = Mapping[str, Content]


def request_content_changes(
    messages: Messages, old: Contents, new: Contents, where: Where, holder: Node
) -> Iterator[Change]:
    """Yield the changes of the media types of a request and their schemas."""
    gone = [encoding for encoding in old if closest_content(encoding, new) is None]
    yield from removed_media_types("request/encoding-removed", gone, "{} is no longer taken", where, holder)
    yield from added_media_types("request/encoding-added", old, new, "{} is taken, too", where)
    for before, after in _pairs(old, new):
        yield from content_changes(messages, before, after, Side.REQUEST, where)


def response_content_changes(
    messages: Messages, old: Contents, new: Contents, where: Where, holder: Node, *, is_negotiated: bool = True
) -> Iterator[Change]:
    """Yield the changes of the media types of a response and their schemas."""
    gone = [encoding for encoding in old if not any(encoding in media_ranges(media_type) for media_type in new)]
    yield from removed_media_types(
        "response/encoding-removed", gone, f"{where.called} no longer comes as {{}}", where, holder
    )
    rule = "response/encoding-added" if is_negotiated else "response/encoding-added-unasked"
    yield from added_media_types(rule, old, new, f"{where.called} comes as {{}}, too", where)
    for before, after in _pairs(old, new, but=gone):
        yield from content_changes(messages, before, after, Side.RESPONSE, where)


def closest_content(encoding: str, contents: Contents) -> Content | None:
    """Return the content of a media type, or of the narrowest range that includes it."""
    return next((contents[name] for name in media_ranges(encoding) if name in contents), None)


def _pairs(old: Contents, new: Contents, but: list[str] | None = None) -> list[tuple[Content, Content]]:
    """Return the contents of both contracts for each media type that either has."""
    pairs = {}
    for encoding in dict.fromkeys([*old, *new]):
        before, after = closest_content(encoding, old), closest_content(encoding, new)
        if before is not None and after is not None and encoding not in (but or ()):
            pairs[(before.encoding, after.encoding)] = (before, after)
    return list(pairs.values())


def removed_media_types(rule: str, encodings: list[str], text: str, where: Where, holder: Node) -> Iterator[Change]:
    """Yield a change for each removed media type."""
    place = (holder.get_resolved("content") or holder).place
    for encoding in encodings:
        yield Change(rule, text.format(encoding), place, (where.whole,))


def added_media_types(rule: str, old: Contents, new: Contents, text: str, where: Where) -> Iterator[Change]:
    """Yield a change for each new media type."""
    for encoding, content in new.items():
        if closest_content(encoding, old) is None:
            yield Change(rule, text.format(encoding), content.node.place, (where.whole,))


def content_changes(messages: Messages, old: Content, new: Content, side: Side, where: Where) -> Iterator[Change]:
    """Yield the changes of the schema, the encodings and the XML of one media type."""
    yield from messages.changes(old, new, side, where)
    yield from encoding_changes(messages, old, new, side, where)
    yield from xml_changes(old, new, side, where)


def xml_changes(old: Content, new: Content, side: Side, where: Where) -> Iterator[Change]:
    """Yield one change if names in XML differ, which the gate does not examine further."""
    if all(content.media.endswith(("/xml", "+xml")) and content.schema for content in (old, new)):
        names = [sorted(set(names_in_xml(content.schema[0], set()))) for content in (old, new)]
        if names[0] != names[1]:
            text, at = f"{where.called} has other names or wrappers in XML now", (where.at(new.encoding, ()),)
            yield Change(
                f"{side}/tagged-differently", text, new.node.place, at, proven=False, subject=json.dumps(names)
            )


def names_in_xml(written: Node, passed: set[Node]) -> Iterator[str]:
    """Yield the name of the outermost component, and every `xml` keyword of a schema."""
    node = written.resolved()
    if not passed and written.reference is not None:
        yield written.reference.rpartition("/")[2]
    if node in passed:
        return
    passed.add(node)
    for key, child in [*node.items_raw(), *((str(n), child) for n, child in enumerate(node.raw_elements()))]:
        if key == "xml":
            yield json.dumps(child.value, sort_keys=True)
        elif isinstance(child.value, dict | list):
            yield from names_in_xml(child, passed)
