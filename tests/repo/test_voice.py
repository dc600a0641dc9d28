"""Code and docs speak one language: imperative docstrings, names that say what they hold, the glossary's words."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("mock_server", "conformance", "gate")
CHECKED = (*ROOMS, "tests", "benchmarks")
RELATIVE_WORDS = {"What", "Whether", "Which", "Who", "Whose", "How", "Where", "That", "Those"}
# Not all that is no verb, as many a noun is spelled like one, but what hardly any noun phrase can do without.
NO_VERB = re.compile(
    r"(An?|The|This|These|There|It|Its|Our|We|You|Your|They|Their|All|Another|Any|Both|Each|Either|Every|Everything|Few"
    r"|Many|More|Most|Neither|No|Nobody|None|Nothing|One|Two|Three|Four|Five|Only|Others?|Several|Some|True|False|Not"
    r"|Never|As|At|By|For|From|If|In|Into|Of|On|So|To|Under|When|While|With|Without)\b|(?![A-Z][a-z]+\b)"
)
THIRD_PERSON = re.compile(r"[A-Z]\w*[^\Ws]s\b")
EMPTY_NAMES = {"one", "told", "said", "known", "asked", "seen", "found"}
GLOSSARY_ROW = re.compile(r"^\| (?P<word>[^|]+) \| (?P<meaning>[^|]+) \| (?P<avoided>[^|]*) ?\|$", re.MULTILINE)
DOCS = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
    if path.name != "glossary.md"
}
Nodes = tuple[ast.AST, ...]


# Parsing takes seconds, and every worker imports this file: a folder is parsed when a test needs it, once.
@cache
def parsed_folder(folder: str) -> dict[Path, Nodes]:
    """Return the syntax nodes of every file of Python below a folder."""
    paths = (ROOT / folder).rglob("*.py")
    return {path: tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8")))) for path in paths}


def parsed(*folders: str) -> dict[Path, Nodes]:
    """Return the syntax nodes of every file of Python below folders."""
    return {path: nodes for folder in folders for path, nodes in parsed_folder(folder).items()}


def glossary() -> list[tuple[str, list[str]]]:
    """Read the words of the glossary, each with the synonyms that it replaces."""
    rows = GLOSSARY_ROW.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))[2:]
    return [(word, [synonym.strip() for synonym in avoided.split(",") if synonym.strip()]) for word, _, avoided in rows]


def docstrings_of_functions(nodes: Nodes) -> Iterator[str]:
    """Yield the docstrings of functions and methods."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (text := ast.get_docstring(node)):
            yield text


def all_docstrings(nodes: Nodes) -> Iterator[str]:
    """Yield every docstring, those behind constants and fields included."""
    for node in nodes:
        match node:
            case ast.Expr(ast.Constant(str(text))):
                yield text.strip()


def bound_names(nodes: Nodes) -> Iterator[tuple[int, str]]:
    """Yield each name that is bound as a variable or parameter, with its line; fields of a class are no variables."""
    fields = {
        id(statement.target)
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
    }
    for node in nodes:
        if id(node) in fields:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def words(identifier: str) -> set[str]:
    """Split `CamelCase` and `snake_case` into small words."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)}


@cache
def identifiers() -> dict[Path, str]:
    """Return by file of the rooms every name that it defines: itself, classes, functions, variables, parameters."""
    return {
        path: " ".join(
            [
                path.stem,
                *(node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)),
                *(name for _, name in bound_names(nodes)),
            ]
        )
        for path, nodes in parsed(*ROOMS).items()
    }


@cache
def words_by_file() -> dict[Path, set[str]]:
    """Return by file of the rooms the words that its names are made of."""
    return {path: words(names) for path, names in identifiers().items()}


def test_no_docstring_opens_with_a_relative_word() -> None:
    musing = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path, nodes in parsed(*CHECKED).items()
        for text in all_docstrings(nodes)
        if re.split(r"\W", text, maxsplit=1)[0] in RELATIVE_WORDS
    ]
    assert musing == []


def test_no_docstring_of_a_function_speaks_in_the_third_person() -> None:
    """Take modules and classes as they are, which may say what they do; a function is a command: "Remove …"."""
    narrated = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path, nodes in parsed(*ROOMS, "tests").items()
        for text in docstrings_of_functions(nodes)
        if THIRD_PERSON.match(text)
    ]
    assert narrated == []


def test_no_docstring_of_a_function_opens_with_what_is_no_verb() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path, nodes in parsed(*ROOMS, "benchmarks").items()
        for text in docstrings_of_functions(nodes)
        if NO_VERB.match(text)
    ]
    assert named == []


@pytest.mark.parametrize("docstring", ["The id.", "An id.", "GET it.", "200 clients.", "It is so.", "Nobody at all."])
def test_a_noun_is_told_by_the_word_before_it(docstring: str) -> None:
    assert NO_VERB.match(docstring)


@pytest.mark.parametrize("docstring", ["Return it.", "Assert it.", "Import it.", "Forget it.", "Note it.", "Do it."])
def test_a_verb_is_taken_for_one(docstring: str) -> None:
    assert not NO_VERB.match(docstring)


@pytest.mark.parametrize(("docstring", "third"), [("Removes it.", True), ("Pass it on.", False), ("Remove it.", False)])
def test_the_third_person_is_told_by_its_ending(docstring: str, third: bool) -> None:
    assert bool(THIRD_PERSON.match(docstring)) is third


def test_no_variable_has_an_empty_name() -> None:
    empty = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path, nodes in parsed(*CHECKED).items()
        for line, name in bound_names(nodes)
        if name in EMPTY_NAMES
    ]
    assert empty == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_class_name_of_a_room_stands_for_two_things(room: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path, nodes in parsed(room).items():
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("word", [word for word, _ in glossary()])
def test_a_word_of_the_glossary_is_used(word: str) -> None:
    pattern = re.compile(re.escape(word).replace(r"\ ", "[ _-]?"), re.IGNORECASE)
    assert any(pattern.search(text) for text in (*identifiers().values(), *DOCS.values()))


@pytest.mark.parametrize("synonym", [synonym for _, avoided in glossary() for synonym in avoided])
def test_a_synonym_that_the_glossary_replaces_is_gone(synonym: str) -> None:
    code = [str(path.relative_to(ROOT)) for path, names in words_by_file().items() if synonym in names]
    docs = [name for name, text in DOCS.items() if re.search(rf"\b{synonym}\b", text, re.IGNORECASE)]
    assert code + docs == []
