"""rag.sync.code_version: what shapes an index counts, to the last constant; nothing else does."""

from __future__ import annotations

import ast
import gc
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from docx import Document
from load.test_pdf import make_pdf
from shell import rag

from rag.sync.code_version import PACKAGE, SYNC, _shaping, code_version, syntax_tree

DAM = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
HERON = "A heron stood on the harbour wall on Tuesday and watched the boats come back to town."


def sources(package: Path) -> dict[tuple[str, ...], bytes]:
    """Every module by the parts of its path."""
    return {
        path.relative_to(package.parent).with_suffix("").parts: path.read_bytes()
        for path in package.rglob("*.py")
    }


def copied(place: Path) -> Path:
    """The source of the package somewhere else, to be changed."""
    hidden = shutil.ignore_patterns("__pycache__", "weights", "static")
    return shutil.copytree(PACKAGE, place / "rag", ignore=hidden)


def edited(package: Path, name: str, old: str, new: str) -> None:
    """One module with something else in it."""
    path = package / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The version of the package itself."""
    return code_version(tmp_path_factory.mktemp("cache"))


FUTURE = "from __future__ import annotations\n"

IDLE = {
    "a comment": ("language/invisible.py", FUTURE, f"{FUTURE}# Nobody sees this.\n"),
    "a comment behind a line": ("language/text.py", "import re\n", "import re  # patterns\n"),
    "a docstring of a module": ("language/invisible.py", '"""Characters', '"""All characters'),
    "a docstring of a function": ("sync/passages.py", '"""Split an', '"""Part an'),
    "blank lines": ("load/html.py", FUTURE, f"{FUTURE}\n\n\n"),
    "how a number is written": ("language/text.py", "WINDOW = 4_000", "WINDOW = 4000"),
    "an import for types": ("models/onnx.py", "import numpy as np\n", "import numpy as array\n"),
    "a module that draws": ("render/terminal.py", FUTURE, f"{FUTURE}WIDTH = 99\n"),
    "a module that answers": ("answer/answerability.py", FUTURE, f"{FUTURE}LEAST = 0.9\n"),
    "a default that an index keeps": ("config.py", FUTURE, f"{FUTURE}NEW = 1\n"),
    "the number of the release": ("__init__.py", '__version__ = "', '__version__ = "9.'),
}

SHAPING = {
    "characters that nobody sees": ("language/invisible.py", r"\u200c\u200d", r"\u200d"),
    "the encoder": ("models/onnx.py", "BATCH_TOKENS = ", "BATCH_TOKENS = 1 + "),
    "how a text is split": ("language/text.py", "MAX_DATELINE = ", "MAX_DATELINE = 1 + "),
    "what a file may take": ("limits.py", "MEGABYTE = ", "MEGABYTE = 2 * "),
    "a table of cues": ("statements/cues.py", FUTURE, f'{FUTURE}MORE = ("averred",)\n'),
    "a loader": ("load/html.py", "_HEAD = ", "_HEAD = 2 * "),
    "a package's own module": ("load/__init__.py", '"""\n', '"""\nimport rag.limits\n'),
    "the schema": ("store/articles.py", "seen TEXT", "seen BLOB"),
    "what is imported where it is used": ("sync/write.py", "HELD = ", "HELD = 2 * "),
    "what runs in its own process": ("sync/sandbox.py", "AT_ONCE = ", "AT_ONCE = 2 * "),
    "an import": ("sync/vectors.py", FUTURE, f"{FUTURE}import fractions\n"),
}


def test_what_shapes_nothing_leaves_the_version(tmp_path: Path, as_it_is: str) -> None:
    """Nobody's index is built anew for all of it together."""
    package = copied(tmp_path)
    for edit in IDLE.values():
        edited(package, *edit)

    assert code_version(tmp_path / "cache", package=package) == as_it_is


@pytest.mark.parametrize("edit", SHAPING.values(), ids=SHAPING)
def test_what_shapes_an_index_makes_another_version(
    tmp_path: Path, as_it_is: str, edit: tuple[str, str, str]
) -> None:
    """Wherever it stands, and however it is reached."""
    package = copied(tmp_path)
    edited(package, *edit)

    assert code_version(tmp_path / "cache", package=package) != as_it_is


def small(place: Path, module: str, line: str, *, own: int, other: int) -> Path:
    """A package of which ``rag.sync.update`` runs some modules, one of them with a line more."""
    package = place / "rag"
    files = {
        "__init__.py": "",
        "sync/__init__.py": "",
        "evaluate/__init__.py": "",
        "sync/update.py": "def sync():\n    from rag.sync.prepare import prepare\n",
        "sync/prepare.py": "import rag.load.parse\n",
        "load/__init__.py": "",
        "load/parse.py": "",
        "load/rtf.py": f"from rag import far\nSIZE = {own}\n",
        "far.py": f"SIZE = {other}\n",
        "evaluate/batch.py": "from rag import sync\n",
    }
    files[module] += f"{line}\n"
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return package


@pytest.mark.parametrize(
    ("module", "line", "counts"),
    [
        ("sync/prepare.py", "import rag.load.rtf", True),
        ("sync/prepare.py", "import os, rag.load.rtf as rtf", True),
        ("sync/prepare.py", "from rag.load import parse, rtf", True),
        ("sync/prepare.py", "from rag.load.rtf import SIZE as size", True),
        ("sync/prepare.py", "from rag.load.rtf import *", True),
        ("load/parse.py", "from . import rtf", True),
        ("load/parse.py", "from .rtf import SIZE", True),
        ("load/parse.py", "from ..load import rtf", True),
        ("load/__init__.py", "from .rtf import SIZE", True),
        ("__init__.py", "import rag.load.rtf", False),
        ("sync/prepare.py", "def later():\n    from rag.load import rtf", True),
        (
            "sync/prepare.py",
            "class Later:\n    async def go(self):\n        import rag.load.rtf",
            True,
        ),
        ("sync/prepare.py", "try:\n    import rag.load.rtf\nexcept ImportError:\n    pass", True),
        ("sync/prepare.py", "from importlib import import_module as m\nm('rag.load.rtf')", True),
        ("sync/prepare.py", "COMMAND = ['python', '-m', 'rag.load.rtf']", True),
        ("sync/prepare.py", "if not TYPE_CHECKING:\n    import rag.load.rtf", True),
        ("sync/prepare.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import rag.load.rtf", True),
        ("sync/prepare.py", "if TYPE_CHECKING:\n    import rag.load.rtf", False),
        (
            "sync/prepare.py",
            "if 0:\n    pass\nelif t.TYPE_CHECKING:\n    import rag.load.rtf",
            False,
        ),
        ("sync/prepare.py", "if not t.TYPE_CHECKING:\n    import rag.load.rtf", True),
        ("sync/prepare.py", "'''rag.load.rtf'''", False),
        ("sync/prepare.py", "# import rag.load.rtf", False),
        ("evaluate/batch.py", "import rag.load.rtf", False),
    ],
)
def test_a_new_module_counts_where_it_is_run(
    tmp_path: Path, module: str, line: str, counts: bool
) -> None:
    """In every form of an import, and with all that it imports itself."""
    versions = {
        code_version(
            tmp_path / "cache",
            package=small(tmp_path / f"{own}{other}", module, line, own=own, other=other),
        )
        for own, other in [(1, 1), (2, 1), (1, 2)]
    }

    assert len(versions) == (3 if counts else 1)


def test_a_retrieval_set_has_a_version_of_its_own(tmp_path: Path, as_it_is: str) -> None:
    """What reads its documents shapes its index, and nobody else's."""
    maker = "rag.evaluate.corpus"
    package = copied(tmp_path)
    edited(package, "evaluate/beir.py", 'CORPUS, QUERIES, QRELS = "', 'CORPUS, QUERIES, QRELS = "a')

    changed = code_version(tmp_path / "cache", maker=maker, package=package)

    assert code_version(tmp_path / "cache", package=package) == as_it_is
    assert changed != code_version(tmp_path / "cache", maker=maker)


def test_no_tree_is_read_twice(tmp_path: Path, as_it_is: str) -> None:
    """While the files are as they were, what is remembered is believed; then it is not."""
    package, memory = copied(tmp_path), tmp_path / "other" / "checksums.json"
    code_version(tmp_path / "cache", package=package)
    memory.parent.mkdir()
    known = (tmp_path / "cache" / "checksums.json").read_text()
    assert known.count(as_it_is) == 1
    memory.write_text(known.replace(as_it_is, "0" * 64))

    assert code_version(memory.parent, package=package) == "0" * 64

    code_version.cache_clear()  # as in the next process
    edited(package, "evaluate/report/svg.py", FUTURE, f"{FUTURE}# smaller\n")
    assert code_version(memory.parent, package=package) == as_it_is
    assert "0" * 64 not in memory.read_text()


def test_what_is_no_module_is_not_read(tmp_path: Path, as_it_is: str) -> None:
    """An editor's lock on a file is a link to nothing; a copy that is kept beside is not run."""
    package = copied(tmp_path)
    (package / ".#text.py").symlink_to("somebody@here.1234")
    (package / "text (copy).py").write_text("no Python")
    (package / "text.orig.py").write_text("no Python")

    assert code_version(tmp_path / "cache", package=package) == as_it_is


def test_without_a_cache_it_only_takes_longer(tmp_path: Path, as_it_is: str) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "cache").write_text("")

    assert code_version(tmp_path / "cache") == as_it_is


def test_a_parse_that_another_thread_spoils_is_done_again() -> None:
    """What another thread does while Python collects garbage in the middle of a parse."""
    source = (PACKAGE / "language" / "text.py").read_bytes()
    whole, spoilt = ast.dump(ast.parse(source)), []

    def spoil(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and len(spoilt) < 3:
            spoilt.append(threading.Thread(target=ast.parse, args=("1",)))
            spoilt[-1].start()
            spoilt[-1].join()

    often = gc.get_threshold()
    gc.callbacks.append(spoil)
    gc.set_threshold(50)
    try:
        assert ast.dump(syntax_tree(source)) == whole
    finally:
        gc.set_threshold(*often)
        gc.callbacks.remove(spoil)
    assert spoilt


WATCH = """
import os, sys
class Noted:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == "rag":
            with open(os.environ["NOTED"], "a") as file:
                file.write(f"{name}\\n")
sys.meta_path.insert(0, Noted)
"""
SYNCS = """
import sys
import threading
from pathlib import Path
from rag.config import Settings
from rag.sync.update import sync
root, index, cache = map(Path, sys.argv[1:])
settings = Settings(index=index, cache=cache, llm="none", threads=1)
assert len(sync([root], settings=settings).new) == 5
(root / "a.txt").rename(root / "z.txt")
(root / "b.md").write_text((root / "b.md").read_text() + "\\n\\nIt rained on Friday, he said.\\n")
report = sync([root], settings=settings)
assert (len(report.renamed), len(report.changed)) == (1, 1)
"""
ASIDE = {
    "rag",  # names for who imports the package, and the number of the release
    "rag.config",  # the values of settings are what counts, and the manifest keeps them
}


def test_the_modules_are_those_that_a_sync_loads(tmp_path: Path, cache: Path) -> None:
    """With a file of each format, in its own process and its children: no more, and no fewer."""
    root, noted = tmp_path / "articles", tmp_path / "noted"
    root.mkdir()
    (root / "a.txt").write_text(DAM)
    (root / "b.md").write_text(f"# A heron\n\n{HERON}\n")
    (root / "c.html").write_text(f"<html><body><article><p>{DAM}</p><p>{HERON}</p></article>")
    (root / "d.pdf").write_bytes(make_pdf(DAM, HERON))
    word = Document()
    word.add_paragraph(HERON)
    word.save(str(root / "e.docx"))
    (tmp_path / "sitecustomize.py").write_text(WATCH)  # Python imports it first, in children too
    path = f"{tmp_path}{os.pathsep}{PACKAGE.parent}"
    done = subprocess.run(
        [sys.executable, "-c", SYNCS, root, tmp_path / "index", cache],
        env={**os.environ, "PYTHONPATH": path, "NOTED": str(noted)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    loaded = set(noted.read_text().split())

    assert loaded >= {"rag.language.invisible", "rag.models.onnx", "rag.load.pdf"}
    assert loaded - ASIDE == set(_shaping(sources(PACKAGE), SYNC))


def test_what_shapes_an_index_reads_nothing_else_of_the_package() -> None:
    """No table beside the code, no docstring: either would have to count as well."""
    trees = _shaping(sources(PACKAGE), SYNC)
    readers = {
        name
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id in {"__file__", "__doc__"})
        or (isinstance(node, ast.Attribute) and node.attr in {"__file__", "__doc__"})
        or (isinstance(node, ast.ImportFrom | ast.Import) and "resources" in ast.unparse(node))
    }

    assert readers == {"rag.sync.code_version"}


def test_an_index_of_other_code_answers_until_it_is_built_anew(tmp_path: Path, cache: Path) -> None:
    """A comment is no other code; a constant is, and the next `rag index` builds all of it."""
    root, index = tmp_path / "articles", tmp_path / "index"
    root.mkdir()
    (root / "a.txt").write_text(DAM)
    package = copied(tmp_path)
    shutil.copytree(PACKAGE.parent / "prompts", tmp_path / "prompts")
    places = {"RAG_INDEX": str(index), "RAG_CACHE": str(cache), "RAG_LLM": "none"}
    places["PYTHONPATH"] = str(tmp_path)

    rag("index", root, **places)
    edited(package, "language/invisible.py", FUTURE, f"{FUTURE}# Nobody sees this.\n")
    commented = rag("index", **places)
    edited(package, "language/invisible.py", r"\u200c\u200d", r"\u200d")
    found = rag("search", "What burst?", "--mode", "lexical", "--no-reader", **places)
    looked = rag("doctor", **places)
    rebuilt = rag("index", **places)
    after = rag("doctor", **places)

    assert json.loads((index / "manifest.json").read_text())["generation"] == 2
    assert "1 unchanged" in commented.stdout
    assert (found.returncode, "The dam above" in found.stdout) == (0, True)
    assert "another version of rag built the index" in looked.stdout
    assert "Rebuilding the index: another version of rag built it" in rebuilt.stderr
    assert "1 new" in rebuilt.stdout
    assert "this version of rag built the index" in after.stdout
