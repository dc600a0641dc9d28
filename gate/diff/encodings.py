"""Changes of how the fields of a form are encoded: style, content type, headers."""

from collections.abc import Iterator
from dataclasses import dataclass

from gate.diff.change import Change
from gate.diff.schemas import Messages, Where
from gate.openapi.messages import FORM, Content, media_ranges, normalize_media_type
from gate.openapi.serialization import Serialization, ValueKind, serialization, value_kind
from gate.source.document import Node
from gate.subschema.canonical_form import canonical_form
from gate.subschema.normal_form import Array, Object, Schema, String
from gate.subschema.normalizer import Normalizer, Side

# In multipart they override the content type.
STYLED = ("style", "explode", "allowReserved")


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a form in one of the contracts."""

    name: str
    schema: Schema
    normalizer: Normalizer
    encoding: Node | None
    form: Node

    @property
    def node(self) -> Node:
        """Return the node with its encoding."""
        return self.encoding or self.form

    @property
    def kinds(self) -> list[ValueKind]:
        """Return the kinds of its values."""
        return list(dict.fromkeys(value_kind(type_schema) for type_schema in self.normalizer.type_schemas(self.schema)))

    @property
    def styled(self) -> bool:
        """Return whether its encoding has a style."""
        return self.encoding is not None and any(self.encoding.get(keyword) is not None for keyword in STYLED)

    @property
    def stated(self) -> frozenset[str]:
        """Return the media types of its encoding."""
        listed = "" if self.encoding is None else self.encoding.text("contentType")
        return frozenset(normalize_media_type(name) for name in listed.split(",") if name.strip())

    @property
    def serialization(self) -> Serialization:
        """Return its serialization in a form that is not multipart."""
        encoding = "" if self.styled else min(self.stated, default="")
        return serialization(self.node, self.name, "form", encoding)


def encoding_changes(messages: Messages, old: Content, new: Content, side: Side, where: Where) -> Iterator[Change]:
    """Yield the changes in the encodings of fields that both contracts have."""
    if old.media != new.media or not (old.media == FORM or old.media.startswith("multipart/")):
        return
    befores, afters = _fields(messages.old.normalizers[side], old), _fields(messages.new.normalizers[side], new)
    for name, before in befores.items():
        after = afters.get(name)
        if after is None or (before.encoding is None and after.encoding is None):
            continue
        at = where.at(new.encoding, (name,))
        yield from _of_style(before, after, side, at, proven=old.media == FORM)
        if old.media != FORM:
            yield from media_type_changes(before, after, side, at)
            yield from _of_headers(before, after, side, at)


def _fields(normalizer: Normalizer, content: Content) -> dict[str, _Field]:
    encodings = dict(content.node.items("encoding"))
    type_schemas = [
        type_schema for type_schema in normalizer.type_schemas(content.schema) if isinstance(type_schema, Object)
    ]
    schemas = {name: schema for type_schema in type_schemas for name, schema in type_schema.properties.items()}
    return {
        name: _Field(name, schema, normalizer, encodings.get(name), content.node) for name, schema in schemas.items()
    }


def _of_style(old: _Field, new: _Field, side: Side, at: str, *, proven: bool) -> Iterator[Change]:
    if not (proven or old.styled or new.styled):
        return
    rule, place = f"{side}/field-written-differently", new.node.place
    for kind in old.kinds:
        before, after = old.serialization.of(kind), new.serialization.of(kind)
        if before != after:
            text = f"`{old.name}` was written as {before} and is written as {after} now"
            yield Change(rule, text, place, (at,), proven=proven)
            return
    if _reserved(old) and not _reserved(new):
        text = f"`{old.name}` may no longer hold reserved characters as they are"
        yield Change(rule, text, place, (at,), proven=False)


def _reserved(form_field: _Field) -> bool:
    return form_field.encoding is not None and form_field.encoding.flag("allowReserved")


def media_type_changes(old: _Field, new: _Field, side: Side, at: str) -> Iterator[Change]:
    """Yield the changes of the media types of a part, whose default depends on its type."""
    was = old.stated or usual(old.normalizer, old.schema)
    now = new.stated or usual(new.normalizer, new.schema)
    proven = bool(old.stated and new.stated)
    if side is Side.RESPONSE:
        for media_type in sorted(media_type for media_type in now if not was.intersection(media_ranges(media_type))):
            text = f"`{old.name}` may come as {media_type} now"
            yield Change("response/field-written-differently", text, new.node.place, (at,), proven=proven)
        return
    for media_type in sorted(media_type for media_type in was if not now.intersection(media_ranges(media_type))):
        text = f"`{old.name}` is no longer taken as {media_type}"
        yield Change("request/encoding-removed", text, new.node.place, (at,), proven=proven)
    for media_type in sorted(media_type for media_type in now if not was.intersection(media_ranges(media_type))):
        yield Change("request/encoding-added", f"`{old.name}` is taken as {media_type}, too", new.node.place, (at,))


def usual(normalizer: Normalizer, schema: Schema, *, listed: bool = False) -> frozenset[str]:
    """Return the default media types of a part; each item of an array is a part."""
    media_types: set[str] = set()
    for type_schema in normalizer.type_schemas(schema):
        match type_schema:
            case Array() if not listed:
                media_types |= usual(normalizer, type_schema.items, listed=True)
            case Array() | Object():
                media_types.add("application/json")
            case String(formats=formats) if formats:
                media_types.add("application/octet-stream" if is_binary(formats) else "text/plain")
            case _:
                media_types.add("text/plain")
    return frozenset(media_types)


def is_binary(formats: frozenset[str]) -> bool:
    """Return whether a format is for bytes."""
    return any(name in ("binary", "byte") or name.startswith("encoded as") for name in formats)


def _of_headers(old: _Field, new: _Field, side: Side, at: str) -> Iterator[Change]:
    before, after = _headers(old), _headers(new)
    place = new.node.place
    missing = [name for name, header in after.items() if header.flag("required") and not is_required(before.get(name))]
    for name in missing if side is Side.REQUEST else ():
        yield Change("request/part-header-required", f"`{new.name}` needs the header {name} now", place, (at,))
    contents = [
        {name: canonical_form(header) for name, header in headers.items() if name not in missing}
        for headers in (before, after)
    ]
    if contents[0] != contents[1]:
        text = f"the headers of `{new.name}` are not what they were"
        yield Change(f"{side}/field-written-differently", text, place, (at,), proven=False, subject=str(contents))


def _headers(form_field: _Field) -> dict[str, Node]:
    named = form_field.encoding.items("headers") if form_field.encoding is not None else ()
    return {name.lower(): node for name, node in named if name.lower() != "content-type"}


def is_required(header: Node | None) -> bool:
    """Return whether a header is required."""
    return header is not None and header.flag("required")
