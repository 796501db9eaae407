"""Imports point one way, a heavy library has one owner, a question loads only what it needs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import rag
from rag.sync.code_version import syntax_tree

PACKAGE = Path(rag.__file__).parent

# Bottom to top. A room, or a module of rag/ itself, imports from lower lines only; what stands on
# one line never imports each other. `rag` is the package's own `__init__`: it names the assistant.
ORDER: list[set[str]] = [
    {"refusal"},
    {"errors", "error_words", "checksum", "limits", "stop", "web_address", "cost", "line_place"},
    {"filters"},
    {"domain"},
    {"config", "credentials", "jsonl", "language"},
    {"load", "models", "statements"},
    {"question", "store", "fetch"},
    {"retrieve", "sync"},
    {"answer"},
    {"rag", "render"},
    {"evaluate"},
    {"terminal"},
    {"serve"},
    {"cli"},
]

# Who may import a library; everybody else goes through the owner.
OWNERS: dict[str, set[str]] = {
    "torch": {"rag.models.embedder", "rag.models.cross_encoders"},
    "sentence_transformers": {"rag.models.embedder", "rag.models.cross_encoders"},
    "onnxruntime": {"rag.models.onnx"},
    "tokenizers": {"rag.models.onnx"},
    "faiss": {"rag.store.vectors"},
    "distributed": {"rag.sync.spread"},
    "dask": {"rag.sync.spread"},
    "pymilvus": {"rag.store.milvus"},
    "grpc": {"rag.store.milvus"},
    "tantivy": {"rag.store.words"},
    "sqlite3": {
        *("rag.store.reading", "rag.store.build", "rag.store.articles", "rag.store.copies"),
        *("rag.store.article_sums", "rag.store.name_counts", "rag.store.statements"),
        "rag.store.unread_parts",
        *("rag.store.damage", "rag.store.parts"),
        *("rag.store.publish", "rag.store.shared_files", "rag.store.shared_search"),
    },
    "rensa": {"rag.store.near_duplicates"},
    "fcntl": {"rag.store.generations", "rag.jsonl", "rag.serve.note"},
    "pebble": {"rag.evaluate.ask"},
    "llama_cpp": {"rag.models.llama"},
    "jinja2": {
        "rag.models.llama",
        "rag.evaluate.report.html",
        "rag.serve.pages",
        "rag.render.brief_html",
    },
    "fastapi": {
        *("rag.serve.app", "rag.serve.native", "rag.serve.openai_api", "rag.serve.pages"),
        "rag.serve.local",
    },
    "starlette": {"rag.serve.app", "rag.serve.shared_state"},
    "sse_starlette": {"rag.serve.native", "rag.serve.openai_api"},
    "pydantic": {
        *("rag.serve.native", "rag.serve.openai_api", "rag.serve.mcp", "rag.serve.mcp_tools"),
        "rag.serve.filter_fields",
    },
    "uvicorn": {"rag.serve.listening"},
    "prometheus_client": {"rag.serve.metrics"},
    "mcp": {"rag.serve.mcp", "rag.serve.mcp_tools"},
    "slack_bolt": {"rag.serve.slack"},
    "slack_sdk": {"rag.serve.slack"},
    "numpy": {
        *(
            "rag.models.onnx",
            "rag.models.embedder",
            "rag.models.reader",
            "rag.models.llama",
            "rag.store.local",
            "rag.store.build",
            "rag.store.vectors",
            "rag.store.damage",
            "rag.store.near_duplicates",
        ),
        "rag.sync.unfinished",
        *("rag.evaluate.statistics", "rag.evaluate.report.charts"),
    },
    "markupsafe": {"rag.evaluate.report.html"},
    "huggingface_hub": {"rag.models.pull"},
    "httpx2": {
        *("rag.models.endpoint", "rag.models.pull", "rag.fetch.request", "rag.fetch.visit"),
    },
    "protego": {"rag.fetch.visit"},
    "pysbd": {"rag.language.text"},
    "Stemmer": {"rag.language.text"},
    "charset_normalizer": {"rag.load.encoding"},
    "trafilatura": {"rag.load.html"},
    "htmldate": {"rag.load.page_dates"},
    "lxml": {
        *("rag.load.html", "rag.load.docx_parts", "rag.load.xml_tree", "rag.fetch.listing"),
        "rag.load.page_dates",
    },
    "openpyxl": {"rag.load.xlsx"},
    "pptx": {"rag.load.pptx"},
    "striprtf": {"rag.load.rtf"},
    "oxmsg": {"rag.load.msg"},
    "docx": {"rag.render.brief_docx"},
    "yaml": {"rag.load.markdown"},
    "pathspec": {"rag.load.ignore"},
    "watchfiles": {"rag.sync.folder_events"},
    "pdfminer": {f"rag.load.pdf_{part}" for part in ("fields", "fonts", "shown", "words")},
    "pypdfium2": {"rag.load.ocr"},
    "platformdirs": {"rag.config"},
    "tomllib": {"rag.config", "rag.load.markdown", "rag.evaluate.suite", "rag.error_words"},
    "tomlkit": {"rag.config"},
    "rich": {
        "rag.cli.command",
        "rag.terminal.progress",
        "rag.terminal.safe_console",
        "rag.render.terminal",
        "rag.render.draft",
        "rag.render.explanation",
        "rag.render.web_link",
        "rag.evaluate.report.terminal",
    },
    "typer": {
        *("rag.cli.main", "rag.cli.add", "rag.cli.ask", "rag.cli.check", "rag.cli.models"),
        *("rag.cli.index", "rag.cli.eval", "rag.cli.eval_options", "rag.cli.export"),
        *("rag.cli.serve", "rag.cli.mcp", "rag.cli.slack", "rag.cli.chat"),
        *("rag.cli.search", "rag.cli.said", "rag.cli.filter_options"),
        *("rag.cli.command", "rag.terminal.screen", "rag.cli.tune_job"),
    },
}
LONGEST_MODULE = 400  # lines
LONGEST_FUNCTION = 60
HEAVY = "numpy torch faiss llama_cpp onnxruntime sentence_transformers tantivy tokenizers"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package, parsed."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = syntax_tree(path.read_bytes())
    return found


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """What a module imports, on any level and under any condition, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise AssertionError(f"a relative import in line {node.lineno}")
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full if full in modules() else str(node.module)), node.lineno


def room(module: str) -> str:
    """The room that a module stands in, or its own name where it stands in rag/ itself."""
    return module.split(".")[1] if "." in module else module


def test_every_room_has_its_place() -> None:
    """The order and the folders of the package agree."""
    assert {name for line in ORDER for name in line} == {room(name) for name in modules()}


def test_imports_point_down() -> None:
    """No room imports from its own line or a higher one, lazily or for types either."""
    level = {name: height for height, line in enumerate(ORDER) for name in line}

    upward = [
        f"{name}:{line} imports {target}"
        for name, tree in modules().items()
        for target, line in imports(tree)
        if target in modules() and room(target) != room(name)
        if level[room(target)] >= level[room(name)]
    ]
    assert upward == []


def test_modules_of_a_room_do_not_import_in_a_circle() -> None:
    """Whatever is imported, directly or through others, does not import back."""
    beneath = {
        name: {target for target, _ in imports(tree) if target in modules()}
        for name, tree in modules().items()
    }
    beneath["rag"] = set()  # it names the assistant for others, and needs it not

    assert list(TopologicalSorter(beneath).static_order())


def test_modules_and_functions_are_short() -> None:
    """A module has at most 400 lines, a function 60 from `def` to its end, its docstring included.

    What is longer has two ideas, or tells one at two levels at once.
    """
    modules_too_long = {
        path.relative_to(PACKAGE).as_posix(): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    functions_too_long = {
        f"{name}.{node.name}": lines
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert (modules_too_long, functions_too_long) == ({}, {})


def test_names_of_the_package_that_are_imported_exist() -> None:
    """An import of rag.something is of a module that there is."""
    missing = [
        f"{name}:{line} imports {target}"
        for name, tree in modules().items()
        for target, line in imports(tree)
        if target.split(".")[0] == "rag" and target not in modules()
    ]
    assert missing == []


def test_each_library_is_imported_by_its_owner_only() -> None:
    """A library that is not in the standard library or named above has no owner yet."""
    strangers = [
        f"{name}:{line} imports {target}"
        for name, tree in modules().items()
        for target, line in imports(tree)
        if (library := target.split(".")[0]) != "rag"
        and (library in OWNERS or library not in sys.stdlib_module_names)
        and name not in OWNERS.get(library, set())
    ]
    assert strangers == []


def test_the_environment_is_read_by_the_settings_only() -> None:
    """The embedder hands it on to a child process; `pull` turns the hub's telemetry off in it.

    `llama` sets there how long threads of OpenMP wait awake.
    """
    readers = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    }
    assert readers == {
        "rag.config",
        "rag.credentials",
        "rag.models.embedder",
        "rag.models.llama",
        "rag.models.pull",
    }


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a call's function; other expressions give the empty string."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_nothing_that_runs_foreign_code_is_used() -> None:
    """No pickle, torch.load, eval, exec, yaml.load or shell; YAML is read as plain data only."""
    banned_modules = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    banned_calls = {
        *("eval", "exec", "compile", "__import__", "os.system", "os.popen"),
        *("torch.load", "yaml.load", "yaml.full_load", "yaml.unsafe_load"),
        *("np.load", "numpy.load"),
    }
    found = []
    for name, tree in modules().items():
        found += [
            f"{name}:{line} imports {target}"
            for target, line in imports(tree)
            if target.split(".")[0] in banned_modules
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                shell = any(k.arg in {"shell", "trust_remote_code"} for k in node.keywords)
                if dotted(node.func) in banned_calls or shell:
                    found.append(f"{name}:{node.lineno} calls {dotted(node.func)}")

    assert found == []


def test_everything_goes_to_the_screen_through_one_module() -> None:
    """No other module prints: rag.terminal.screen takes out what could do something to a terminal.

    rag.load.confined talks to its parent over a pipe, and the question mark of a chat is our own.
    rag.serve.mcp hands its own input on through a pipe.
    """
    banned = re.compile(
        r"print|input|.*\.(?:secho|echo|confirm|prompt|launch)|sys\.(?:stdout|stderr)\..*|os\.write"
        r"|Console|.*\.Console|rich\.print|warnings\.warn|.*\.print_exc"
    )
    allowed = {
        ("rag.terminal.screen", "typer.echo"),
        ("rag.terminal.screen", "sys.stdout.flush"),
        ("rag.terminal.screen", "sys.stderr.flush"),
        ("rag.cli.chat", "input"),
        ("rag.serve.mcp", "os.write"),
    }
    found = {
        (name, dotted(node.func))
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and banned.fullmatch(dotted(node.func))
    }
    streams = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and dotted(node) in {"sys.stdout", "sys.stderr"}
    }
    consoles = {
        name
        for name, tree in modules().items()
        for target, _ in imports(tree)
        if target == "rich.console" or target.startswith("rich.print")
    }

    assert found == allowed
    # One sets how they encode, one is no terminal's, one writes out what waits.
    assert streams == {"rag.cli.command", "rag.sync.sandbox", "rag.terminal.screen"}
    assert consoles == {"rag.terminal.safe_console"}


def loaded_after(code: str, *arguments: str, of: str = HEAVY) -> set[str]:
    """Which of some modules a fresh Python has loaded after running some code."""
    report = f"import sys; print('LOADED', *(m for m in '{of}'.split() if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stdout.splitlines() if line.startswith("LOADED")]
    return set(line.split()[1:])


COMMAND = """
import sys
from rag.cli.main import app
try:
    app(sys.argv[1:])
except SystemExit as left:
    assert not left.code, left.code
"""


@pytest.mark.parametrize(
    "module", ["rag", "rag.cli.main", "rag.sync.update", "rag.store", "rag.models.embedder"]
)
def test_importing_loads_no_heavy_library(module: str) -> None:
    """`rag --help` starts at once."""
    assert loaded_after(f"import {module}") == set()


def test_commands_about_settings_load_no_heavy_library() -> None:
    """`rag config show` and `rag models list` need none."""
    assert loaded_after(COMMAND, "config", "show") == set()
    assert loaded_after(COMMAND, "models", "list") == set()


def test_a_search_by_words_loads_no_model(seeds_index: Path, cache: Path) -> None:
    """Without the reader, it needs no model at all and no FAISS."""
    index = ("--index", str(seeds_index))

    loaded = loaded_after(COMMAND, "search", "Crimea", "--mode", "lexical", "--no-reader", *index)

    assert loaded == {"tantivy"}


def test_a_search_imports_nothing_that_answers(seeds_index: Path, cache: Path) -> None:
    """Its half a second would be a tenth longer."""
    index = ("--index", str(seeds_index))
    answering = " ".join(name for name in modules() if name.startswith("rag.answer."))

    loaded = loaded_after(COMMAND, "search", "Crimea", "--mode", "lexical", *index, of=answering)

    assert loaded == {"rag.answer.searcher", "rag.answer.encoders"}


def test_a_search_never_imports_torch(
    seeds_index: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs the exported model, FAISS and tantivy, and no language model."""
    monkeypatch.setenv("RAG_CACHE", str(cache))

    loaded = loaded_after(COMMAND, "search", "Crimea", "--index", str(seeds_index))

    assert loaded == {"numpy", "onnxruntime", "tokenizers", "faiss", "tantivy"}


def test_an_answer_never_imports_torch(
    seeds_index: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the bundled language model, llama.cpp is all that comes on top of a search."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    monkeypatch.setenv("RAG_CACHE", str(cache))
    monkeypatch.setenv("RAG_STATE", str(tmp_path / "state"))
    question = "What did Peskov say about Crimea?"

    loaded = loaded_after(COMMAND, "ask", question, "--llm", "bundled", "--index", str(seeds_index))

    assert "llama_cpp" in loaded
    assert not loaded & {"torch", "sentence_transformers"}
