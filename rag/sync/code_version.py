"""The code that decides what an index of given files holds, as one checksum.

An index that other code made is rebuilt: what is kept of it could differ from what this code makes.
Which modules count is read off their imports: the one that makes an index, all that it imports, all
that those import. Comments, docstrings and layout do not count, nor do imports for types alone.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from importlib.util import resolve_name
from pathlib import Path

from rag.checksum import remembered

PACKAGE = Path(__file__).parents[1]
SYNC = "rag.sync.update"
ATTEMPTS = 10
# One finds what an index holds, the other hands the making to workers: neither makes anything.
IDLE = frozenset({"rag.store.shared_search", "rag.sync.spread"})


@lru_cache  # of the code that runs: what replaces its files meanwhile is another version
def code_version(cache: Path, *, maker: str = SYNC, package: Path = PACKAGE) -> str:
    """SHA-256 over the syntax trees of all modules that shape an index.

    Python's trees differ from version to version, so with another Python, an index is rebuilt
    once. That is right for another reason too: each brings its own table of what is a letter.

    Args:
        cache: Where the checksum is remembered until a file of the package changes: to read the
            files takes some milliseconds, to read the trees takes a third of a second.
        maker: The module that makes the index.
        package: The folder of the package.
    """
    total = hashlib.sha256(sys.version.encode())
    sources = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        if all(map(str.isidentifier, parts)):  # an editor's `.#text.py` is no module
            source = sources[parts] = path.read_bytes()
            total.update(f"{'.'.join(parts)} {len(source)}\n".encode() + source)
    return remembered(
        f"{package.resolve()} {maker}",
        seen=[total.hexdigest()],
        memory=cache / "checksums.json",
        take=partial(_sum_of_trees, sources, maker),
    )


def syntax_tree(source: bytes) -> ast.Module:
    """A module as Python parses it.

    Before Python 3.11.8, two threads that parse at the same time can spoil each other's count of
    the depth, and Python raises SystemError (python/cpython#106905). The source is parsed again
    then; what fails every time is raised.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(SystemError):
            return ast.parse(source)
    return ast.parse(source)


def _sum_of_trees(sources: Mapping[tuple[str, ...], bytes], maker: str) -> str:
    total = hashlib.sha256()
    for name, tree in sorted(_shaping(sources, maker).items()):
        total.update(f"{name} {ast.dump(tree)}\n".encode())
    return total.hexdigest()


def _shaping(sources: Mapping[tuple[str, ...], bytes], maker: str) -> dict[str, ast.Module]:
    """The modules that are run where one is, itself among them, as bare syntax trees.

    The package's own `__init__` is left out unless a module takes a name from it: all it would add
    is the number of the release, which shapes nothing.
    """
    modules = {
        ".".join(parts[:-1] if parts[-1] == "__init__" else parts): parts for parts in sources
    }
    found: dict[str, ast.Module] = {}
    left = [maker]
    while left:
        name = left.pop()
        if name in found or name in IDLE:
            continue
        parts = modules[name]
        within = ".".join(parts[:-1])
        found[name] = _Bare().visit(syntax_tree(sources[parts]))
        left += [other for other in _named(found[name], within, modules) if other in modules]
        left += [within] if "." in within else []
    return found


def _named(tree: ast.Module, within: str, modules: Collection[str]) -> Iterator[str]:
    """What a module of the package ``within`` imports or starts, wherever it does so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), within)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in modules else base
        elif isinstance(node, ast.Constant) and "." in str(node.value):
            yield str(
                node.value
            )  # `-m rag.sync.sandbox`: a process of its own is started by a name


class _Bare(ast.NodeTransformer):
    """Takes out of a tree what does nothing when it is run."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        """Docstrings, and other strings that stand alone."""
        text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if text else node

    def visit_If(self, node: ast.If) -> ast.If | list[ast.stmt]:
        """What is for a type checker alone."""
        self.generic_visit(node)
        match node.test:
            case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
                return node.orelse
        return node
