"""Code and docs speak one language: imperative docstrings, names that say what they hold, the glossary's words."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("mock_server", "conformance", "gate")
RELATIVE_WORDS = {"What", "Whether", "Which", "Who", "Whose", "How", "Where", "That", "Those"}
EMPTY_NAMES = {"one", "told", "said", "known", "asked", "seen", "found"}
GLOSSARY_ROW = re.compile(r"^\| (?P<word>[^|]+) \| (?P<meaning>[^|]+) \| (?P<avoided>[^|]*) ?\|$", re.MULTILINE)
PARSED = {path: ast.parse(path.read_text(encoding="utf-8")) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
CHECKED = PARSED | {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
}


def glossary() -> list[tuple[str, list[str]]]:
    """Read the words of the glossary, each with the synonyms that it replaces."""
    rows = GLOSSARY_ROW.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))[2:]
    return [(word, [synonym.strip() for synonym in avoided.split(",") if synonym.strip()]) for word, _, avoided in rows]


def docstrings(tree: ast.Module) -> Iterator[str]:
    """Yield every docstring of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield text


def bound_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield each name that is bound as a variable or parameter, with its line; fields of a class are no variables."""
    fields = {
        id(statement.target)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
    }
    for node in ast.walk(tree):
        if id(node) in fields:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def words(identifier: str) -> set[str]:
    """Split `CamelCase` and `snake_case` into small words."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)}


def identifiers(path: Path, tree: ast.Module) -> str:
    """Return every name that a module defines: itself, classes, functions, variables, parameters."""
    defined = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    return " ".join([path.stem, *defined, *(name for _, name in bound_names(tree))])


NAMES = {path: identifiers(path, tree) for path, tree in PARSED.items()}
WORDS = {path: words(names) for path, names in NAMES.items()}
DOCS = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
    if path.name != "glossary.md"
}


def test_no_docstring_opens_with_a_relative_word() -> None:
    musing = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path, tree in CHECKED.items()
        for text in docstrings(tree)
        if re.split(r"\W", text, maxsplit=1)[0] in RELATIVE_WORDS
    ]
    assert musing == []


def test_no_variable_has_an_empty_name() -> None:
    empty = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path, tree in CHECKED.items()
        for line, name in bound_names(tree)
        if name in EMPTY_NAMES
    ]
    assert empty == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_class_name_of_a_room_stands_for_two_things(room: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path, tree in PARSED.items():
        if path.is_relative_to(ROOT / room):
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("word", [word for word, _ in glossary()])
def test_a_word_of_the_glossary_is_used(word: str) -> None:
    pattern = re.compile(re.escape(word).replace(r"\ ", "[ _-]?"), re.IGNORECASE)
    assert any(pattern.search(text) for text in (*NAMES.values(), *DOCS.values()))


@pytest.mark.parametrize("synonym", [synonym for _, avoided in glossary() for synonym in avoided])
def test_a_synonym_that_the_glossary_replaces_is_gone(synonym: str) -> None:
    code = [str(path.relative_to(ROOT)) for path, names in WORDS.items() if synonym in names]
    docs = [name for name, text in DOCS.items() if re.search(rf"\b{synonym}\b", text, re.IGNORECASE)]
    assert code + docs == []
