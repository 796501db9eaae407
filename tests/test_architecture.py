"""Imports point one way, a heavy library has one owner, a question loads only what it needs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import rag

PACKAGE = Path(rag.__file__).parent

# Bottom to top. A module imports from lower layers only; modules of one layer never import each
# other. A new module of rag/ must be placed here.
LAYERS: list[set[str]] = [
    {
        "rag.errors",
        "rag.reasons",
        "rag.domain",
        "rag.checksum",
        "rag.unseen",
        "rag.limits",
        "rag.proper_names",
    },
    {"rag.cues", "rag.quotations"},
    {"rag.noun_phrases"},
    {"rag.contents"},
    {"rag.attributions"},
    {
        *("rag.config", "rag.text", "rag.prompts", "rag.models"),
        *("rag.load.extract", "rag.load.dates", "rag.load.pdf_page"),
    },
    {"rag.catalogue", "rag.people"},
    {"rag.pull"},
    {
        "rag.sameness",
        "rag.names",
        "rag.periods",
        "rag.quantities",
        "rag.load.lines",
        "rag.load.encoding",
        "rag.load.noise",
    },
    {"rag.load.boilerplate", "rag.copies", "rag.load.pdf_words", "rag.load.gutters"},
    {"rag.load.headers", "rag.load.reading_order", "rag.load.garbled"},
    {"rag.load.joining", "rag.load.docx_parts"},
    {"rag.load.docx_math"},
    {"rag.load.docx_text"},
    {"rag.load.text", "rag.load.markdown", "rag.load.html", "rag.load.pdf"},
    {"rag.load.docx"},
    {"rag.load.ignore", "rag.load.roots"},
    {"rag.load.files"},
    {"rag.load.parse"},
    {"rag.load"},
    {"rag.code_version", "rag.plan", "rag.stop"},
    {
        *("rag.encoder", "rag.passages", "rag.statements", "rag.question", "rag.llama"),
        *("rag.endpoint", "rag.roles", "rag.whereabouts", "rag.referring"),
    },
    {"rag.embed", "rag.reader", "rag.follow_up", "rag.signs", "rag.stated", "rag.prepare"},
    {"rag.confined"},
    {"rag.parts"},
    {"rag.cross_encoder"},
    {
        *("rag.generate", "rag.store.generations", "rag.store.statements", "rag.store.caches"),
        "rag.store.left_out",
    },
    {"rag.store.manifest", "rag.store.names", "rag.store.copies"},
    {"rag.encoders", "rag.store.local", "rag.store.build"},
    {"rag.store.mend"},
    {"rag.store"},
    {"rag.said", "rag.freshness", "rag.once", "rag.vectors", "rag.sync_report"},
    {"rag.doctor", "rag.indexing", "rag.whose"},
    {"rag.retrieve", "rag.rerank", "rag.verify"},
    {"rag.answerability", "rag.disagreement", "rag.compose", "rag.recheck"},
    {"rag.selection"},
    {"rag.assistant", "rag.sync", "rag.bursts"},
    {"rag.watch", "rag.async_assistant"},
    {"rag"},
    {"rag.explanation"},
    {"rag.conversation"},
    {"rag.render", "rag.evaluate"},
    {
        "rag.render.safe",
        "rag.render.lead",
        "rag.evaluate.ranking",
        "rag.evaluate.overlap",
        "rag.evaluate.statistics",
    },
    {"rag.render.as_json", "rag.render.terminal", "rag.render.markdown_text"},
    {"rag.evaluate.metrics", "rag.evaluate.results"},
    {"rag.render.explanation", "rag.render.conversation", "rag.render.chat"},
    {"rag.render.tool_text", "rag.render.slack"},
    {"rag.jsonl", "rag.evaluate.aggregate", "rag.evaluate.suite", "rag.evaluate.tune"},
    {"rag.batch", "rag.last_answer", "rag.evaluate.gold", "rag.evaluate.beir"},
    {"rag.evaluate.given", "rag.evaluate.compare", "rag.evaluate.corpus"},
    {"rag.evaluate.score", "rag.evaluate.judge", "rag.evaluate.provenance"},
    {"rag.evaluate.check", "rag.evaluate.ask", "rag.evaluate.documents", "rag.evaluate.folder"},
    {"rag.evaluate.proposal", "rag.evaluate.report_json", "rag.evaluate.scoring"},
    {"rag.evaluate.propose_facts", "rag.evaluate.propose_said"},
    {"rag.evaluate.draft"},
    {"rag.evaluation"},
    {"rag.render.svg", "rag.render.figures", "rag.render.report_words"},
    {"rag.render.charts", "rag.render.report_data", "rag.render.comparison"},
    {"rag.render.tuning"},
    {"rag.render.report_html", "rag.render.report_markdown", "rag.render.report_junit"},
    {"rag.render.report_terminal"},
    {"rag.status", "rag.run_reports", "rag.safe_console"},
    {"rag.screen"},
    {"rag.bars"},
    {"rag.serve", "rag.serve.keys", "rag.serve.sources", "rag.serve.metrics", "rag.serve.logs"},
    {"rag.serve.questions", "rag.serve.lookups", "rag.serve.tool_schemas", "rag.serve.guard"},
    {"rag.serve.errors"},
    {"rag.serve.listening", "rag.serve.server", "rag.serve.mcp_tools"},
    {"rag.serve.openai_api", "rag.serve.pages"},
    {"rag.serve.native"},
    {"rag.serve.app", "rag.serve.mcp", "rag.serve.slack"},
    {"rag.serve.run", "rag.serve.openapi"},
    {"rag.command"},
    {"rag.eval_job"},
    {"rag.tune_job"},
    {"rag.cli_eval", "rag.cli_chat", "rag.cli_index"},
    {"rag.cli_serve", "rag.cli_mcp", "rag.cli_slack"},
    {"rag.cli"},
]

# Who may import a library; everybody else goes through the owner.
OWNERS: dict[str, set[str]] = {
    "torch": {"rag.embed", "rag.cross_encoder"},
    "sentence_transformers": {"rag.embed", "rag.cross_encoder"},
    "onnxruntime": {"rag.encoder"},
    "tokenizers": {"rag.encoder"},
    "faiss": {"rag.store.caches"},
    "tantivy": {"rag.store.caches"},
    "sqlite3": {
        *("rag.store.local", "rag.store.build", "rag.store.copies"),
        *("rag.store.names", "rag.store.statements", "rag.store.left_out"),
    },
    "rensa": {"rag.copies"},
    "fcntl": {"rag.store.generations", "rag.jsonl"},
    "pebble": {"rag.evaluate.ask"},
    "llama_cpp": {"rag.llama"},
    "jinja2": {"rag.llama", "rag.render.report_html", "rag.serve.pages"},
    "fastapi": {
        *("rag.serve.app", "rag.serve.native", "rag.serve.openai_api", "rag.serve.pages"),
    },
    "starlette": {"rag.serve.app", "rag.serve.server"},
    "sse_starlette": {"rag.serve.native", "rag.serve.openai_api"},
    "pydantic": {
        *("rag.serve.native", "rag.serve.openai_api", "rag.serve.mcp", "rag.serve.mcp_tools"),
    },
    "uvicorn": {"rag.serve.listening"},
    "prometheus_client": {"rag.serve.metrics"},
    "mcp": {"rag.serve.mcp", "rag.serve.mcp_tools"},
    "slack_bolt": {"rag.serve.slack"},
    "slack_sdk": {"rag.serve.slack"},
    "numpy": {
        *(
            "rag.encoder",
            "rag.embed",
            "rag.reader",
            "rag.llama",
            "rag.store.local",
            "rag.store.build",
            "rag.store.caches",
            "rag.copies",
        ),
        *("rag.evaluate.statistics", "rag.render.charts"),
    },
    "markupsafe": {"rag.render.report_html"},
    "huggingface_hub": {"rag.pull"},
    "httpx2": {"rag.endpoint", "rag.pull"},
    "pysbd": {"rag.text"},
    "Stemmer": {"rag.text"},
    "charset_normalizer": {"rag.load.encoding"},
    "trafilatura": {"rag.load.html"},
    "lxml": {"rag.load.html", "rag.load.docx_parts"},
    "yaml": {"rag.load.markdown"},
    "pathspec": {"rag.load.ignore"},
    "watchfiles": {"rag.bursts"},
    "pdfminer": {"rag.load.pdf_words"},
    "platformdirs": {"rag.config"},
    "tomllib": {"rag.config", "rag.load.markdown", "rag.evaluate.suite", "rag.reasons"},
    "tomlkit": {"rag.config"},
    "rich": {
        "rag.command",
        "rag.bars",
        "rag.safe_console",
        "rag.render.terminal",
        "rag.render.explanation",
        "rag.render.report_terminal",
    },
    "typer": {
        *("rag.cli", "rag.cli_eval", "rag.cli_index"),
        *("rag.cli_serve", "rag.cli_mcp", "rag.cli_slack"),
        *("rag.command", "rag.screen", "rag.tune_job"),
    },
}
HEAVY = "numpy torch faiss llama_cpp onnxruntime sentence_transformers tantivy tokenizers"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package, parsed."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
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


def test_every_module_is_placed_in_one_layer() -> None:
    """The list of layers and the files of the package agree."""
    placed = [name for layer in LAYERS for name in layer]

    assert sorted(placed) == sorted(modules())


def test_imports_point_down() -> None:
    """No module imports from its own layer or a higher one, lazily or for types either."""
    level = {name: height for height, layer in enumerate(LAYERS) for name in layer}

    upward = [
        f"{name}:{line} imports {target}"
        for name, tree in modules().items()
        for target, line in imports(tree)
        if name in level and target in level and level[target] >= level[name]
    ]
    assert upward == []


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
    """rag.embed hands it on to a child process; rag.pull turns the hub's telemetry off in it."""
    readers = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    }
    assert readers == {"rag.config", "rag.embed", "rag.pull"}


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
    """No other module prints: rag.screen takes out what could do something to a terminal.

    rag.load.confined talks to its parent over a pipe, and the question mark of a chat is our own.
    rag.serve.mcp hands its own input on through a pipe.
    """
    banned = re.compile(
        r"print|input|.*\.(?:secho|echo|confirm|prompt|launch)|sys\.(?:stdout|stderr)\..*|os\.write"
        r"|Console|.*\.Console|rich\.print|warnings\.warn|.*\.print_exc"
    )
    allowed = {
        ("rag.screen", "typer.echo"),
        ("rag.cli_chat", "input"),
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
    assert streams == {"rag.command", "rag.confined"}  # one to set how they encode
    assert consoles == {"rag.safe_console"}


def loaded_after(code: str, *arguments: str) -> set[str]:
    """Which of the heavy libraries a fresh Python has loaded after running some code."""
    report = f"import sys; print('LOADED', *(m for m in '{HEAVY}'.split() if m in sys.modules))"
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
from rag.cli import app
try:
    app(sys.argv[1:])
except SystemExit as left:
    assert not left.code, left.code
"""


@pytest.mark.parametrize("module", ["rag", "rag.cli", "rag.sync", "rag.store", "rag.embed"])
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

    loaded = loaded_after(COMMAND, "ask", question, "--index", str(seeds_index))

    assert "llama_cpp" in loaded
    assert not loaded & {"torch", "sentence_transformers"}
