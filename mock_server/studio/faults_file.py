"""Reads standing faults from a file."""

import functools
from pathlib import Path

from jsonschema_rs import Draft202012Validator

from mock_server.contract import read_contract
from mock_server.documents import DocumentError, as_list, as_mapping, find_line, read_document
from mock_server.studio.control_operations import DOCUMENT
from mock_server.studio.faults import Fault


@functools.cache
def _validator() -> Draft202012Validator:
    """Return what checks a list of faults: the same schema that the control API has for one."""
    schemas = as_mapping(as_mapping(read_contract(DOCUMENT)["components"])["schemas"])
    return Draft202012Validator({"type": "array", "items": schemas["Fault"]})


def load_faults(path: Path) -> list[Fault]:
    """Return the faults of a YAML or JSON file, `{faults: [...]}` or the bare list; raises DocumentError."""
    content = read_document(path)
    steps: list[str | int] = ["faults"] if isinstance(content, dict) else []
    listed = content.get("faults") if isinstance(content, dict) else content
    for error in _validator().iter_errors(listed):
        where = [*steps, *error.instance_path]
        shown = ".".join(map(str, where)) or "the top"
        mend = "See the schema Fault in /_mock/openapi.json."
        raise DocumentError(path, f"{error.message} (at {shown}).", mend, find_line(path, where))
    return [Fault.read(as_mapping(fault)) for fault in as_list(listed)]
