"""`rag eval` as a shell and a CI server see it: files, streams, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from shell import START, check_error, rag

from rag.answer.answerability import UNLIKELY

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "bench" / "seeds.jsonl"


@pytest.fixture(autouse=True)
def index(seeds_index: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The index of the seeds, as the one that commands use; answers are quotations."""
    monkeypatch.setenv("RAG_INDEX", str(seeds_index))
    monkeypatch.setenv("RAG_CACHE", str(cache))
    monkeypatch.setenv("RAG_LLM", "none")
    return seeds_index


@pytest.fixture(scope="module")
def baseline(seeds_index: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the gold set of the seeds; to be read only."""
    out = tmp_path_factory.mktemp("runs") / "baseline"
    done = rag(
        "eval", GOLD, "--out", out, RAG_INDEX=str(seeds_index), RAG_CACHE=str(cache), RAG_LLM="none"
    )
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def worse(
    seeds_index: Path, cache: Path, baseline: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A run that finds less, held against the baseline: its folder, and how the command ended."""
    out = tmp_path_factory.mktemp("runs") / "worse"
    done = rag(
        *("eval", GOLD, "--out", out, "--mode", "dense", "--k", "1"),
        *("--baseline", baseline, "--fail-on", "cited_fact_recall<-0.02"),
        *("--fail-on", "quote_fidelity<1"),
        **{"RAG_INDEX": str(seeds_index), "RAG_CACHE": str(cache), "RAG_LLM": "none"},
    )
    return out, done


def report(run: Path) -> dict[str, Any]:
    """report.json of a run."""
    found: dict[str, Any] = json.loads((run / "report.json").read_text(encoding="utf-8"))
    return found


def lines(*entries: object) -> str:
    """JSONL."""
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def entry(id: str, **more: object) -> dict[str, Any]:
    """A question of a gold set that has no answer."""
    return {"id": id, "question": "Who spoke?", "answerable": False, "facts": [], **more}


# --- a run ----------------------------------------------------------------------------------------


def test_a_run_is_a_folder_of_everything_about_it(baseline: Path) -> None:
    """Answers, rankings, reports for people, programs and CI servers, and how to run it again."""
    assert sorted(path.name for path in baseline.iterdir()) == [
        "answers.jsonl",
        "junit.xml",
        "report.html",
        "report.json",
        "report.md",
        "retrieval.jsonl",
        "run.json",
    ]
    answers = (baseline / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in answers] == [f"q{n:02}" for n in range(1, 20)]
    metrics = report(baseline)["metrics"]
    assert {"cited_fact_recall", "fact_recall", "citation_precision"} <= set(metrics)
    assert {"abstention_precision", "abstention_recall"} <= set(metrics)
    for figure in metrics.values():
        assert figure["low"] <= figure["value"] <= figure["high"]
        assert figure["n"] >= 1
    suite = ElementTree.parse(baseline / "junit.xml").getroot()
    assert len(list(suite.iter("testcase"))) == 19


def test_what_is_printed_are_the_figures_and_where_the_report_is(tmp_path: Path) -> None:
    """On standard output; --json prints the report instead."""
    done = rag("eval", GOLD, "--out", tmp_path / "run", "--limit", "4")
    as_json = rag("eval", GOLD, "--out", tmp_path / "json", "--limit", "4", "--json")

    assert done.returncode == as_json.returncode == 0
    assert "Cited fact recall" in done.stdout
    assert str(tmp_path / "run" / "report.html") in done.stdout
    assert json.loads(as_json.stdout) == report(tmp_path / "json")


def test_the_default_folder_is_named_after_the_gold_set(tmp_path: Path) -> None:
    """Under runs/, with the time, so that no run is in the way of the next."""
    done = rag("eval", GOLD, "--limit", "1")

    [run] = (tmp_path / "runs").iterdir()
    assert done.returncode == 0
    assert run.name.startswith("seeds-20")


def test_a_table_is_a_gold_set_too(tmp_path: Path) -> None:
    """As it comes out of a spreadsheet."""
    gold = tmp_path / "gold.csv"
    gold.write_text(
        "question,answer,source\n"
        'What did Lavrov say about Trump\'s slogan?,"common sense|sensible",'
        "2025-03-03-two-moscow-interviews.txt\n"
        "Who is the mayor of Atlantis?,,\n"
    )

    done = rag("eval", gold, "--out", tmp_path / "run")

    assert done.returncode == 0, done.stderr
    assert report(tmp_path / "run")["metrics"]["cited_fact_recall"]["value"] == 1.0


def test_a_suite_runs_every_set_in_a_folder_of_its_own(tmp_path: Path) -> None:
    """Each with its own settings; an optional one that is not there is left out, and said so."""
    suite = tmp_path / "suite.toml"
    suite.write_text(
        f'[[set]]\nname = "all"\ngold = "{GOLD}"\nlimit = 3\n'
        f'[[set]]\nname = "one"\ngold = "{GOLD}"\nlimit = 3\nsettings = {{ sentences = 1 }}\n'
        '[[set]]\nname = "gone"\ngold = "gone.jsonl"\noptional = true\n'
    )

    done = rag("eval", "--suite", suite, "--out", tmp_path / "runs")

    assert done.returncode == 0, done.stderr
    assert "gone is left out" in done.stderr
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["all", "one"]
    assert report(tmp_path / "runs" / "one")["about"]["settings"]["sentences"] == 1
    assert report(tmp_path / "runs" / "one")["name"] == "one"


def test_a_mistake_in_the_last_set_of_a_suite_is_found_before_the_first_is_asked(
    tmp_path: Path,
) -> None:
    """Nothing is begun."""
    suite = tmp_path / "suite.toml"
    (tmp_path / "bad.jsonl").write_text("{broken\n")
    suite.write_text(f'[[set]]\ngold = "{GOLD}"\n[[set]]\ngold = "bad.jsonl"\n')

    done = rag("eval", "--suite", suite, "--out", tmp_path / "runs")

    check_error(done, 2, "bad.jsonl, line 1")
    assert not (tmp_path / "runs").exists()


# --- comparing ------------------------------------------------------------------------------------


def test_a_worse_configuration_fails_the_gate(
    baseline: Path, worse: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    """Exit code 1; the gate, the diff and the JUnit file name the questions that did it."""
    out, done = worse
    diff = rag("eval", "diff", baseline, out, "--json")

    flips = json.loads(diff.stdout)["flips"]
    lost = [flip["id"] for flip in flips if flip["worse"]]
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "FAILED  cited_fact_recall<-0.02" in done.stdout
    assert "passed  quote_fidelity<1" in done.stdout
    assert lost
    failed = done.stdout.split("FAILED")[1]
    assert all(id in failed for id in lost)
    assert diff.returncode == 0
    gate = (out / "junit.xml").read_text(encoding="utf-8")
    assert "cited_fact_recall&lt;-0.02" in gate
    assert ElementTree.fromstring(gate).find(".//testsuite[@name='gate']//failure") is not None


def test_an_unchanged_configuration_passes_the_gate(tmp_path: Path, baseline: Path) -> None:
    """Exit code 0, and no question went otherwise."""
    done = rag(
        *("eval", GOLD, "--out", tmp_path / "same", "--baseline", baseline),
        *("--fail-on", "cited_fact_recall<-0.02"),
    )

    assert done.returncode == 0, done.stderr
    assert "passed  cited_fact_recall<-0.02" in done.stdout
    assert "No question changed its result." in done.stdout


def test_a_diff_for_people_names_metrics_and_questions(
    baseline: Path, worse: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    """Before, after, change, interval and p-value; then what was lost."""
    out, _ = worse

    done = rag("eval", "diff", baseline, out)
    everything = rag("eval", "diff", baseline, out, "--all")

    assert done.returncode == 0
    assert "Cited fact recall" in done.stdout
    assert "got worse:" in done.stdout
    assert "no longer cites: " in done.stdout
    assert "ROUGE-L" in everything.stdout
    assert "ROUGE-L" not in done.stdout


def test_runs_on_other_articles_are_not_compared(tmp_path: Path, baseline: Path) -> None:
    """Exit code 2, unless it is wanted."""
    other = Path(shutil.copytree(baseline, tmp_path / "other"))
    changed = report(other)
    changed["about"]["index"]["corpus"] = "0" * 64
    (other / "report.json").write_text(json.dumps(changed))

    refused = rag("eval", "diff", baseline, other)
    allowed = rag("eval", "diff", baseline, other, "--allow-different-corpus")
    gated = rag("eval", GOLD, "--out", tmp_path / "run", "--limit", "2", "--baseline", other)

    check_error(refused, 2, "different articles", "--allow-different-corpus")
    assert allowed.returncode == 0
    check_error(gated, 2, "different articles")


def suite_of(folder: Path, *names: str) -> Path:
    """A suite of small sets with these names."""
    path = folder / f"{'-'.join(names)}.toml"
    path.write_text(
        "".join(f'[[set]]\nname = "{name}"\ngold = "{GOLD}"\nlimit = 2\n' for name in names)
    )
    return path


def test_a_gate_on_a_suite_fails_for_sets_that_are_gone(tmp_path: Path) -> None:
    """What is not measured has not passed: a set of the baseline left out, or no set at all."""
    rag("eval", "--suite", suite_of(tmp_path, "a", "b"), "--out", tmp_path / "before")
    gate = ("--fail-on", "cited_fact_recall<-0.02", "--baseline", tmp_path / "before")
    absent = tmp_path / "absent.toml"
    absent.write_text('[[set]]\ngold = "absent.jsonl"\noptional = true\n')

    same = rag("eval", "--suite", suite_of(tmp_path, "a", "b"), "--out", tmp_path / "1", *gate)
    less = rag("eval", "--suite", suite_of(tmp_path, "a"), "--out", tmp_path / "2", *gate)
    more = rag("eval", "--suite", suite_of(tmp_path, "a", "c"), "--out", tmp_path / "3", *gate)
    none = rag("eval", "--suite", absent, "--out", tmp_path / "4", "--fail-on", "failed>0")
    diff = rag("eval", "diff", tmp_path / "before", tmp_path / "1")

    assert same.returncode == 0, same.stderr
    assert less.returncode == 1
    assert "the set b is in the baseline but was not run" in less.stdout
    check_error(more, 2, "there is no report")
    assert not (tmp_path / "3").exists()
    assert none.returncode == 1
    assert "no set was run" in none.stdout
    assert diff.returncode == 0
    assert diff.stdout.count("No question changed its result.") == 2


def test_flags_come_before_the_settings_of_a_set(tmp_path: Path) -> None:
    """As they do everywhere."""
    suite = tmp_path / "suite.toml"
    suite.write_text(
        f'[[set]]\nname = "a"\ngold = "{GOLD}"\nlimit = 1\nsettings = {{ mode = "lexical" }}\n'
    )

    done = rag("eval", "--suite", suite, "--out", tmp_path / "run", "--mode", "dense")

    assert done.returncode == 0, done.stderr
    assert report(tmp_path / "run" / "a")["about"]["settings"]["mode"] == "dense"


def test_a_judge_that_is_not_there_costs_its_opinion_only(tmp_path: Path) -> None:
    """Figures, reports and exit code are those of the run; the warning is in the report."""
    done = rag(
        *("eval", GOLD, "--limit", "2", "--out", tmp_path / "run"),
        *("--judge", "http://127.0.0.1:9/v1"),
    )

    assert done.returncode == 0
    assert done.stderr.count("the judge gave no opinion") == 1
    assert report(tmp_path / "run")["judge"] is None
    assert "the judge gave no opinion" in report(tmp_path / "run")["warnings"][0]


def test_the_reports_say_what_the_gate_said(
    worse: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """The page for the pull request too: what failed, why, and which questions did it."""
    out, _ = worse

    gate, _ = report(out)["gate"]
    page = (out / "report.md").read_text(encoding="utf-8")
    assert gate["condition"] == "cited_fact_recall<-0.02"
    assert gate["why"].startswith("cited_fact_recall -0.")
    assert gate["questions"]
    assert "**FAILED**" in page
    assert "▼ worse" in page
    assert gate["questions"][0] in (out / "junit.xml").read_text(encoding="utf-8")
    assert "✗ failed" in (out / "report.html").read_text(encoding="utf-8")


def test_resuming_nothing_begins_and_says_so(tmp_path: Path) -> None:
    """A mistyped folder is noticed; a run that was killed at once can be given again as it was."""
    done = rag("eval", GOLD, "--limit", "2", "--resume", "--out", tmp_path / "nothere")

    assert done.returncode == 0
    assert "There is no run in" in done.stderr
    assert report(tmp_path / "nothere")["metrics"]


def test_a_baseline_of_other_questions_is_refused_before_any_is_asked(
    tmp_path: Path, baseline: Path
) -> None:
    """Nothing is begun."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text(lines(entry("other")))

    done = rag("eval", gold, "--out", tmp_path / "run", "--baseline", baseline)

    check_error(done, 2, "the baseline has no question of")
    assert not (tmp_path / "run").exists()


# --- the line of abstention -----------------------------------------------------------------------

# Their answers are not in the seeds, and no rule can know that.
UNKNOWN = [
    "How many firefighters were injured at Notre-Dame?",
    "How long is the Saltmarsh Bridge?",
    "Who designed the Saltmarsh Bridge?",
    "How much did the black hole picture cost?",
    "When was Sheperd Doeleman born?",
    "Where did Lavrov go to school?",
]


MINE = "# mine\nthreads = 2\n"


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gold set of the seeds with as many questions without an answer as it takes."""
    more = [entry(f"u{n}", question=question) for n, question in enumerate(UNKNOWN)]
    path = tmp_path_factory.mktemp("gold") / "labelled.jsonl"
    path.write_text(GOLD.read_text(encoding="utf-8") + lines(*more), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def tuned(
    labelled: Path,
    seeds: Path,
    seeds_index: Path,
    cache: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder whose rag.toml was tuned on `labelled`, and how the command ended."""
    folder = tmp_path_factory.mktemp("tuned")
    (folder / "rag.toml").write_text(MINE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = rag(
            *("eval", labelled, "--tune", "--corpus", seeds),
            **{"RAG_INDEX": str(seeds_index), "RAG_CACHE": str(cache), "RAG_LLM": "none"},
        )
    return folder, done


def refused(question: str) -> bool:
    """What `rag ask` does in this folder."""
    done = rag("ask", question, "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return bool(answer["abstained"])


def test_a_tuned_line_is_in_force_at_once(
    tmp_path: Path, tuned: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    """It is written beside what rag.toml has, changes what is refused, and can be taken back."""
    folder, done = tuned
    settings = tmp_path / "rag.toml"
    settings.write_text(MINE, encoding="utf-8")
    before = {question for question in UNKNOWN if refused(question)}
    shutil.copy(folder / "rag.toml", settings)

    line = tomllib.loads(settings.read_text(encoding="utf-8"))["abstain_below"]
    assert done.returncode == 0, done.stderr
    assert "25 questions: 14 with an answer, 11 without one" in done.stdout
    assert f"now: built-in ({UNLIKELY:.3f})" in done.stdout
    assert f"chosen: {line}" in done.stdout
    assert "chosen on these questions" in done.stdout
    assert f"abstain_below = {line}. To undo this, remove abstain_below" in done.stdout
    assert settings.read_text(encoding="utf-8").startswith(MINE)
    after = {question for question in UNKNOWN if refused(question)}
    assert before < after
    assert not refused("When was Notre-Dame reopened?")
    assert not (folder / "runs").exists()
    settings.write_text(MINE, encoding="utf-8")
    assert not any(map(refused, after - before))


def test_the_figures_of_a_line_are_those_of_a_run_with_it(tmp_path: Path, labelled: Path) -> None:
    """Precision and recall, before and after, as `rag eval` itself counts them; with --json."""
    rag("eval", labelled, "--out", tmp_path / "before")
    done = rag("eval", labelled, "--tune", "--json")
    rag("eval", labelled, "--out", tmp_path / "after")

    tuned = json.loads(done.stdout)
    assert "abstain_below = " in done.stderr
    for run, figures in (("before", tuned["now"]), ("after", tuned["chosen"])):
        metrics = report(tmp_path / run)["metrics"]
        kept = 1 - figures["answerable_refused"] / tuned["answerable"]
        assert metrics["abstention_precision"]["value"] == pytest.approx(figures["precision"])
        assert metrics["abstention_recall"]["value"] == pytest.approx(figures["recall"])
        assert metrics["answered"]["value"] == pytest.approx(kept)
    assert tuned["chosen"]["balanced_accuracy"] > tuned["now"]["balanced_accuracy"]


def test_tuning_again_changes_nothing(
    tmp_path: Path, labelled: Path, tuned: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    """The line in force is the chosen one; one that a variable hides is said to be hidden."""
    written = (tuned[0] / "rag.toml").read_text(encoding="utf-8")
    (tmp_path / "rag.toml").write_text(written, encoding="utf-8")

    again = rag("eval", labelled, "--tune")
    hidden = rag("eval", labelled, "--tune", RAG_ABSTAIN_BELOW="0.1")

    assert "Nothing changed: abstain_below stays" in again.stdout
    assert "RAG_ABSTAIN_BELOW still sets 0.1" in hidden.stderr
    assert (tmp_path / "rag.toml").read_text(encoding="utf-8") == written


def test_the_shipped_line_comes_back_where_it_is_as_good(tmp_path: Path) -> None:
    """Where the other rules tell all questions apart, the setting goes out of rag.toml."""
    gold = tmp_path / "gold.jsonl"
    absent = [entry(f"a{n}", question=f"Who is Zorblax of Quuxley {n}?") for n in range(10)]
    gold.write_text(GOLD.read_text(encoding="utf-8") + lines(*absent), encoding="utf-8")
    settings = tmp_path / "rag.toml"
    settings.write_text("abstain_below = 0.99\n", encoding="utf-8")

    done = rag("eval", gold, "--tune")

    assert done.returncode == 0, done.stderr
    assert "now: 0.99" in done.stdout
    assert f"chosen: built-in ({UNLIKELY:.3f})" in done.stdout
    assert "To undo this, set abstain_below = 0.99" in done.stdout
    assert settings.read_text(encoding="utf-8") == ""


def test_a_retrieval_set_has_no_line(tmp_path: Path) -> None:
    """All its questions have an answer."""
    (tmp_path / "corpus.jsonl").write_text(lines({"_id": "a", "title": "", "text": "It rains."}))
    (tmp_path / "queries.jsonl").write_text(lines({"_id": "q", "text": "Does it rain?"}))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n")

    check_error(rag("eval", tmp_path, "--tune"), 2, "is a retrieval set")


# --- checking and drafting ------------------------------------------------------------------------


def test_a_good_gold_set_has_no_problem() -> None:
    """Exit code 0."""
    done = rag("eval", "check", GOLD)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "Errors: 0. Notes: 0.\n"


def test_a_gold_set_of_other_files_has_errors(tmp_path: Path) -> None:
    """Exit code 1; each with its line, and as JSON for programs."""
    gold = tmp_path / "gold.jsonl"
    fact = {"any_of": ["x"], "sources": ["notre-dame-fire.text"]}
    gold.write_text(lines(entry("1"), entry("2", answerable=True, facts=[fact], question="Why?")))

    done = rag("eval", "check", gold)
    as_json = rag("eval", "check", gold, "--json")

    assert done.returncode == as_json.returncode == 1
    assert "error gold.jsonl, line 2 (2): " in done.stdout
    assert "notre-dame-fire.txt" in done.stdout
    assert json.loads(as_json.stdout)[0]["line"] == 2


def test_drafts_are_marked_and_can_be_checked(tmp_path: Path) -> None:
    """They go to a file that does not exist yet, or to standard output."""
    done = rag("eval", "draft", "--n", "5", "--out", tmp_path / "drafts.jsonl")
    again = rag("eval", "draft", "--n", "5", "--out", tmp_path / "drafts.jsonl")
    printed = rag("eval", "draft", "--n", "5")

    written = (tmp_path / "drafts.jsonl").read_text(encoding="utf-8")
    assert done.returncode == printed.returncode == 0, done.stderr
    assert written == printed.stdout
    assert written
    assert all(json.loads(line)["draft"] is True for line in written.splitlines())
    check_error(again, 2, "exists")
    checked = rag("eval", "check", tmp_path / "drafts.jsonl")
    assert checked.returncode == 0
    assert "draft" in checked.stdout


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["contains no question"]),
        (lines(entry("1")) + "{broken\n", ["line 2", "is not JSON"]),
        (lines(entry("1"), {"id": "2"}), ["line 2", "'question'"]),
        (lines(entry("1"), entry("1")), ["line 2", "line 1"]),
        (lines(entry("1", answerable=True)), ["line 1", "no fact"]),
        (
            lines(entry("1", answerable=True, facts=[{"any_of": ["x"], "sources": ["no.txt"]}])),
            ["line 1", "no.txt", "--corpus"],
        ),
    ],
    ids=["empty", "malformed", "missing field", "id twice", "no fact", "unknown source"],
)
def test_a_gold_set_that_cannot_be_used_is_refused(
    tmp_path: Path, content: str, words: list[str]
) -> None:
    """Exit code 2, with the line; nothing is left behind."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text(content)

    done = rag("eval", gold, "--out", tmp_path / "run")

    check_error(done, 2, "gold.jsonl", *words)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere.jsonl"], 2, ["nowhere.jsonl", "cannot be read"]),
        ([GOLD, "--suite", "suite.toml"], 2, ["one gold set"]),
        (["--suite", "suite.toml"], 2, ["suite.toml cannot be read"]),
        ([GOLD, "--resume"], 2, ["--out"]),
        ([GOLD, "--index", "nowhere"], 4, ["there is no index", "--corpus"]),
        ([GOLD, "--corpus", "nowhere"], 2, ["nowhere"]),
        ([GOLD, "--llm", "nowhere.gguf"], 5, ["nowhere.gguf"]),
        ([GOLD, "--fail-on", "nonsense"], 2, ["is not a condition"]),
        ([GOLD, "--fail-on", "cited_fact_recall<-0.1"], 2, ["--baseline"]),
        ([GOLD, "--baseline", "nowhere"], 2, ["there is no report"]),
        ([GOLD, "--answers", "nowhere.jsonl"], 2, ["nowhere.jsonl"]),
        (["diff", "nowhere", "either"], 2, ["there is no report"]),
        (["check", "nowhere.jsonl"], 2, ["nowhere.jsonl"]),
        (["draft", "--index", "nowhere"], 4, ["there is no index"]),
        (["draft", "--out", "drafts.csv"], 2, ["JSON lines"]),
        (["chek", GOLD], 2, ["no file called 'chek'", "rag eval check"]),
        ([GOLD, "--judge", "nonsense"], 2, ["--judge", "http://"]),
        (["--tune"], 2, ["one gold set"]),
        ([GOLD, "--tune"], 2, ["there are 14 and 5", "rag eval draft"]),
        ([GOLD, "--tune", "--suite", "suite.toml"], 2, ["--tune does not go with --suite"]),
        ([GOLD, "--tune", "--resume", "--limit", "3"], 2, ["--limit, --resume"]),
        ([GOLD, "--tune", "--fail-on", "failed>0"], 2, ["--fail-on"]),
        ([GOLD, "--tune", "--no-reader"], 2, ["--no-reader", "rag.toml"]),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[Any], code: int, words: list[str]) -> None:
    """What, where, and what to type next; with the exit code of its kind."""
    done = rag("eval", *arguments)

    check_error(done, code, *words)


def test_an_interrupted_run_is_kept_and_goes_on(tmp_path: Path, baseline: Path) -> None:
    """Exit code 130, and the message says how; then the figures are those of a whole run."""
    gold = tmp_path / "gold.jsonl"
    items = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    many = [{**item, "id": f"{item['id']}-{n}"} for n in range(4) for item in items]
    gold.write_text(lines(*many))
    out = tmp_path / "run"
    process = subprocess.Popen(
        [*START, "eval", str(gold), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever starts the tests in the background has SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    answers = out / "answers.jsonl"
    until = monotonic() + 60
    while monotonic() < until and not (answers.exists() and answers.stat().st_size > 20_000):
        sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to the workers too
    _, said = process.communicate(timeout=30)
    kept = len(answers.read_text(encoding="utf-8").splitlines())

    resumed = rag("eval", gold, "--out", out, "--resume")

    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "--resume" in said
    assert str(out) in said
    assert 0 < kept < len(many)
    assert resumed.returncode == 0, resumed.stderr
    whole, again = report(baseline)["metrics"], report(out)["metrics"]
    for key in ("cited_fact_recall", "citation_precision", "abstention_recall", "aurc"):
        assert again[key]["value"] == pytest.approx(whole[key]["value"], abs=0.01)


def test_a_full_disk_is_said_and_what_was_answered_is_kept(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: the run goes on when there is room."""
    out = tmp_path / "run"

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [*START, "eval", str(GOLD), "--out", str(out)],
        capture_output=True,
        text=True,
        preexec_fn=no_room,
        check=False,
    )
    resumed = rag("eval", GOLD, "--out", out, "--resume")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "could not be written" in done.stderr
    assert "--resume" in done.stderr
    assert resumed.returncode == 0, resumed.stderr
    assert len((out / "answers.jsonl").read_text(encoding="utf-8").splitlines()) == 19


def test_failed_questions_make_the_command_fail(tmp_path: Path, baseline: Path) -> None:
    """A CI that sees figures of half the questions must not be green."""
    kept = (baseline / "answers.jsonl").read_text(encoding="utf-8").splitlines()[:10]
    half = tmp_path / "half.jsonl"
    half.write_text("\n".join(kept) + "\n", encoding="utf-8")

    done = rag("eval", GOLD, "--answers", half, "--out", tmp_path / "run")

    assert done.returncode == 1
    assert "9 of 19 questions failed" in done.stderr
    assert report(tmp_path / "run")["metrics"]["failed"]["value"] == pytest.approx(9 / 19, abs=1e-6)


def test_help_says_what_can_be_done() -> None:
    """Of the group and of the run itself."""
    group, run = rag("eval", "--help"), rag("eval", "run", "--help")

    assert group.returncode == run.returncode == 0
    assert all(word in group.stdout for word in ("run", "check", "draft", "diff"))
    assert all(word in run.stdout for word in ("--baseline", "--fail-on", "--resume", "--suite"))
