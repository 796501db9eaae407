"""A run can be repeated, goes on where it was killed, says what it was made of."""

from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.config import Mode, Settings
from rag.errors import ConfigError, EvalError, IndexMissing, ModelError
from rag.evaluate.read_answers import FAILURE_SCHEMA
from rag.evaluate.results import Outcome, QuestionResult
from rag.evaluate.run import Evaluated, Listener, Request, check_against_index, evaluate
from rag.sync.update import sync

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "bench" / "seeds.jsonl"


@pytest.fixture(scope="module")
def settings(seeds_index: Path, cache: Path) -> Settings:
    """The seeds, answered by quoting."""
    return Settings(index=seeds_index, cache=cache, llm="none", threads=1)


def without_timings(path: Path) -> list[str]:
    """Lines of answers, but for the timings."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        record.pop("timings_ms")
        lines.append(json.dumps(record, ensure_ascii=False))
    return lines


def run(out: Path, settings: Settings, **options: Any) -> Evaluated:
    """Evaluate the gold set of the seeds."""
    return evaluate(Request(gold=GOLD, out=out, **options), settings=settings)


def figures(evaluated: Evaluated) -> dict[str, tuple[float, float, float, int]]:
    """All figures that do not depend on the clock."""
    return {
        key: (figure.value, figure.low, figure.high, figure.n)
        for key, figure in evaluated.report.metrics.items()
        if not key.startswith("latency")
    }


@pytest.fixture(scope="module")
def whole(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Evaluated]:
    """A run of the gold set of the seeds, by one worker; its folder is to be read only."""
    out = tmp_path_factory.mktemp("whole") / "run"
    return out, run(out, settings)


def test_the_same_run_twice_gives_the_same_answers(
    tmp_path: Path, settings: Settings, whole: tuple[Path, Evaluated]
) -> None:
    """Byte by byte but for the timings, whatever the number of workers, in the order of the set."""
    out, first = whole
    second = run(tmp_path / "two", settings, workers=2)

    answers = [without_timings(path / "answers.jsonl") for path in (out, tmp_path / "two")]
    rankings = [(path / "retrieval.jsonl").read_bytes() for path in (out, tmp_path / "two")]
    asked = [json.loads(line)["id"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert answers[0] == answers[1]
    assert rankings[0] == rankings[1]
    assert [json.loads(line)["id"] for line in answers[0]] == asked
    assert figures(first) == figures(second)


class Killed(BaseException):
    """Something that ends a run at once."""


def test_a_killed_run_goes_on_and_ends_with_the_same_report(
    tmp_path: Path, settings: Settings, whole: tuple[Path, Evaluated]
) -> None:
    """What was answered is not asked again; a line that was cut off is."""
    out, uncut = whole

    def kill(results: list[QuestionResult], total: int) -> None:
        if len(results) == 7:
            raise Killed

    request = Request(gold=GOLD, out=tmp_path / "cut")
    with pytest.raises(Killed):
        evaluate(request, settings=settings, listener=Listener(scored=kill))
    answers = tmp_path / "cut" / "answers.jsonl"
    kept = answers.read_bytes()
    assert kept.count(b"\n") == 7
    answers.write_bytes(kept[:-30])
    seen: list[int] = []

    resumed = evaluate(
        replace(request, resume=True),
        settings=settings,
        listener=Listener(scored=lambda results, total: seen.append(len(results))),
    )

    assert seen[0] == 6  # of them nothing was asked again
    assert figures(resumed) == figures(uncut)
    assert without_timings(answers) == without_timings(out / "answers.jsonl")
    assert [r.pairs.keys() for r in resumed.report.questions] == [
        r.pairs.keys() for r in uncut.report.questions
    ]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"mode": Mode.DENSE}, 'settings.mode: "hybrid", now "dense"'),
        ({"sentences": 1}, "settings.sentences: 4, now 1"),
    ],
)
def test_a_run_does_not_go_on_as_another(
    tmp_path: Path, settings: Settings, change: dict[str, Any], named: str
) -> None:
    """A mixture of two configurations would be no figure of either."""
    run(tmp_path / "run", settings, limit=3)

    with pytest.raises(EvalError) as caught:
        run(tmp_path / "run", replace(settings, **change), limit=3, resume=True)

    assert named in caught.value.message


def test_a_run_does_not_go_on_with_another_index(
    tmp_path: Path, settings: Settings, seeds: Path
) -> None:
    """Nor with the same articles, split otherwise."""
    run(tmp_path / "run", settings, limit=3)
    other = replace(settings, index=tmp_path / "other", passage_words=60)
    sync([seeds], settings=other)

    with pytest.raises(EvalError, match="index.passage_words: 120, now 60"):
        run(tmp_path / "run", replace(settings, index=other.index), limit=3, resume=True)


def test_a_run_is_not_overwritten(tmp_path: Path, settings: Settings) -> None:
    """Neither a run nor anybody's folder."""
    run(tmp_path / "run", settings, limit=2)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")

    with pytest.raises(EvalError, match="already contains a run") as caught:
        run(tmp_path / "run", settings, limit=2)
    with pytest.raises(EvalError, match="exists but is not a run"):
        run(tmp_path / "mine", settings, limit=2)

    assert "--resume" in caught.value.hint


def test_a_draw_is_the_same_for_a_seed(tmp_path: Path, settings: Settings) -> None:
    """In the order of the file; other seeds draw others."""
    reports = [
        run(tmp_path / str(n), settings, limit=6, seed=seed).report
        for n, seed in enumerate((1, 1, 2))
    ]
    drawn = [[result.id for result in report.questions] for report in reports]

    assert drawn[0] == drawn[1] == sorted(drawn[0])
    assert drawn[0] != drawn[2]
    assert len(set(drawn[0])) == 6


def test_what_it_takes_to_run_again_is_written_down(tmp_path: Path, settings: Settings) -> None:
    """Models with checksums, prompts, settings, index and corpus, code; no secret."""
    secret = replace(settings, llm_api_key="s3cret")
    about = run(tmp_path / "run", secret, limit=2).report.about

    written = (tmp_path / "run" / "run.json").read_text(encoding="utf-8")
    assert json.loads(written)["models"] == about["models"]
    assert len(about["models"]["embedder"]["sha256"]) == 64
    assert about["models"]["llm"] is None
    assert len(about["prompts"]) == len(about["index"]["corpus"]) == 64
    assert about["index"]["articles"] == 14
    assert about["settings"]["mode"] == "hybrid"
    assert about["gold"]["questions"] == 2
    assert about["rag"]["version"]
    assert "s3cret" not in written


def test_the_bundled_model_is_named_with_its_checksum(tmp_path: Path, settings: Settings) -> None:
    """The weights that word the answers are part of what was run."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    evaluated = run(tmp_path / "run", replace(settings, llm="bundled"), limit=2)

    model = evaluated.report.about["models"]["llm"]
    assert model["name"].endswith(".gguf")
    assert len(model["sha256"]) == 64
    assert evaluated.report.metrics["tokens_per_answer"].value > 50


def test_a_model_that_never_answers_stops_the_run(tmp_path: Path, settings: Settings) -> None:
    """Not one question after the other is put to an endpoint that is not there."""
    with pytest.raises(ModelError, match="does not answer"):
        run(tmp_path / "run", replace(settings, llm="http://127.0.0.1:9/v1"))


def test_failures_are_asked_again_on_resuming(tmp_path: Path, settings: Settings) -> None:
    """They count as long as nothing better came back."""
    run(tmp_path / "run", settings, limit=4)
    answers = tmp_path / "run" / "answers.jsonl"
    first, *rest = answers.read_text(encoding="utf-8").splitlines()
    record = json.loads(first)
    failure = {key: record[key] for key in ("id", "question")}
    failure = {"id": record["id"], "schema": FAILURE_SCHEMA, **failure, "error": "died"}
    answers.write_text("\n".join([json.dumps(failure), *rest]) + "\n", encoding="utf-8")

    again = run(tmp_path / "run", settings, limit=4, resume=True)

    assert not again.report.outcomes(Outcome.FAILED)
    assert len(answers.read_text(encoding="utf-8").splitlines()) == 4


def test_given_answers_are_scored_without_asking(
    tmp_path: Path, settings: Settings, whole: tuple[Path, Evaluated]
) -> None:
    """The same figures as the run that gave them, but for what was retrieved."""
    out, asked = whole

    given = run(tmp_path / "given", settings, answers=out / "answers.jsonl")

    known = figures(given)
    assert known == {key: value for key, value in figures(asked).items() if key in known}
    assert not [key for key in known if key.startswith(("evidence_hit", "passage"))]
    assert "cited_fact_recall" in known


def test_answers_that_are_missing_count_as_failed(
    tmp_path: Path, settings: Settings, whole: tuple[Path, Evaluated]
) -> None:
    """Who answers only half of the questions has half of the figures at best."""
    lines = (whole[0] / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    half = tmp_path / "half.jsonl"
    half.write_text("\n".join(lines[::2]) + "\n", encoding="utf-8")

    given = run(tmp_path / "given", settings, answers=half)

    assert given.report.metrics["failed"].value == pytest.approx(9 / 19)
    assert given.report.metrics["cited_fact_recall"].value < 0.6
    assert len(given.report.outcomes(Outcome.FAILED)) == 9


def test_answers_to_other_questions_are_refused(tmp_path: Path, settings: Settings) -> None:
    """An id alone does not make an answer belong to a question."""
    answers = tmp_path / "answers.jsonl"
    record = {"id": "q01", "schema": "rag.answer/1", "question": "Who else?", "claims": []}
    answers.write_text(json.dumps(record) + "\n")

    with pytest.raises(EvalError, match="answered for another question"):
        run(tmp_path / "run", settings, answers=answers)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("not json", "line 1 is not JSON"),
        ('{"id": "q01"}', "'schema' is missing"),
        ('{"id": "q01", "schema": "else", "question": "?"}', "schema 'else' is not known"),
        ('{"id": "q01", "schema": "rag.answer/1", "question": "?", "claims": [{}]}', "'text'"),
    ],
)
def test_what_is_no_answer_is_named_by_its_line(
    tmp_path: Path, settings: Settings, line: str, message: str
) -> None:
    """With what is wrong with it."""
    answers = tmp_path / "answers.jsonl"
    answers.write_text(line + "\n")

    with pytest.raises((EvalError, ConfigError), match=message):
        run(tmp_path / "run", settings, answers=answers)


def test_a_gold_set_of_other_articles_is_refused(tmp_path: Path, settings: Settings) -> None:
    """Before anything is asked; the message names line and file, the hint the way out."""
    gold = tmp_path / "gold.jsonl"
    fact = {"any_of": ["x"], "sources": ["2018-07-02-crimea-not-on-agenda.text"]}
    entry = {"id": "1", "question": "Who?", "answerable": True, "facts": [fact]}
    gold.write_text("\n" + json.dumps(entry) + "\n")

    with pytest.raises(EvalError, match=r"line 2.*crimea-not-on-agenda\.text") as caught:
        evaluate(Request(gold=gold, out=tmp_path / "run"), settings=settings)

    assert "--corpus" in caught.value.hint
    assert not (tmp_path / "run").exists()


def test_no_index_at_all_is_an_error(tmp_path: Path, settings: Settings) -> None:
    """The hint names both ways to have one."""
    with pytest.raises(IndexMissing) as caught:
        run(tmp_path / "run", replace(settings, index=tmp_path / "none"))

    assert "--corpus" in caught.value.hint


def test_a_corpus_is_indexed_once(tmp_path: Path, cache: Path, seeds: Path) -> None:
    """The second run finds the index of the first; a changed article makes a new one."""
    own = tmp_path / "articles"
    own.mkdir()
    (own / "a.txt").write_text("The dam above the town burst on Monday, the mayor said.")
    gold = tmp_path / "gold.jsonl"
    fact = {"any_of": ["on Monday"], "sources": ["a.txt"]}
    entry = {"id": "1", "question": "When did the dam burst?", "answerable": True, "facts": [fact]}
    gold.write_text(json.dumps(entry) + "\n")
    settings = Settings(cache=tmp_path / "cache", llm="none")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "embedders").symlink_to(cache / "embedders")
    told: list[str] = []

    def once(out: str) -> Evaluated:
        request = Request(gold=gold, out=tmp_path / out, corpus=own)
        return evaluate(request, settings=settings, listener=Listener(notify=told.append))

    first, second = once("one"), once("two")
    (own / "a.txt").write_text("The dam above the town burst on Tuesday, the mayor said.")
    third = once("three")

    assert len(told) == 2
    assert first.report.about["index"] == second.report.about["index"]
    assert first.report.about["index"]["corpus"] != third.report.about["index"]["corpus"]
    values = [each.report.metrics["cited_fact_recall"].value for each in (first, second, third)]
    assert values == [1.0, 1.0, 0.0]
    assert third.report.warnings  # the fact stands in no file any more


def test_an_index_of_other_articles_is_not_taken_for_the_corpus(
    tmp_path: Path, settings: Settings, seeds_index: Path
) -> None:
    """--corpus with --index: the index has to be of these articles as they are now."""
    own = tmp_path / "articles"
    own.mkdir()
    (own / "a.txt").write_text("The dam above the town burst on Monday, the mayor said.")

    with pytest.raises(EvalError, match="does not match"):
        run(tmp_path / "run", settings, corpus=own, index=seeds_index)

    assert run(tmp_path / "run", settings, corpus=ROOT / "seeds", index=seeds_index, limit=1)


def test_a_check_finds_what_a_run_would_refuse(tmp_path: Path, settings: Settings) -> None:
    """Without asking anything."""
    assert check_against_index(GOLD, settings=settings) == []

    gold = tmp_path / "gold.csv"
    gold.write_text("question,answer,source\nWho spoke?,Peskov,nowhere.txt\n")
    [problem] = check_against_index(gold, settings=settings)

    assert problem.error
    assert problem.line == 2


# --- retrieval sets -------------------------------------------------------------------------------


@pytest.fixture
def retrieval_set(tmp_path: Path) -> Path:
    """Four documents and three queries, one of them without a judgement."""
    folder = tmp_path / "harbour"
    folder.mkdir()
    documents = {
        "d1": ("Herons", "A heron stood on the harbour wall and watched the boats."),
        "d2": ("The dam", "The dam above the town burst and the water reached the harbour."),
        "d3": ("The mayor", "The mayor of the town opened the new corn hall on Tuesday."),
        "d4": ("Bread", "The baker lost a third of his customers since the bridge closed."),
    }
    queries = {"q1": "a bird on the wall", "q2": "the mayor and the town", "q3": "nothing"}
    qrels = [("q1", "d1", 2), ("q2", "d3", 2), ("q2", "d2", 1), ("q2", "d4", 0)]
    (folder / "corpus.jsonl").write_text(
        "".join(
            json.dumps({"_id": id, "title": title, "text": text}) + "\n"
            for id, (title, text) in documents.items()
        )
    )
    (folder / "queries.jsonl").write_text(
        "".join(json.dumps({"_id": id, "text": text}) + "\n" for id, text in queries.items())
    )
    (folder / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\n" + "".join(f"{q}\t{d}\t{s}\n" for q, d, s in qrels)
    )
    return folder


@pytest.mark.parametrize("mode", Mode)
def test_documents_are_ranked_for_every_judged_query(
    tmp_path: Path, retrieval_set: Path, cache: Path, mode: Mode
) -> None:
    """The figures are those of the ranking in the run file, computed by hand."""
    settings = Settings(cache=cache, mode=mode)

    request = Request(gold=retrieval_set, out=tmp_path / "run")
    report = evaluate(request, settings=settings).report

    ranked: dict[str, list[str]] = {}
    for line in (tmp_path / "run" / "ranking.trec").read_text().splitlines():
        query, _, document, *_ = line.split()
        ranked.setdefault(query, []).append(document)
    gains = {"q1": {"d1": 2}, "q2": {"d3": 2, "d2": 1}}
    by_hand = []
    for query, judged in gains.items():
        found = ranked.get(query, [])
        dcg = sum(judged.get(d, 0) / math.log2(n + 2) for n, d in enumerate(found[:10]))
        best = sorted(judged.values(), reverse=True)
        by_hand.append(dcg / sum(g / math.log2(n + 2) for n, g in enumerate(best)))
    assert [result.id for result in report.questions] == ["q1", "q2"]
    assert report.metrics["document_ndcg@10"].value == pytest.approx(sum(by_hand) / 2)
    assert report.metrics["document_ndcg@10"].n == 2
    assert "cited_fact_recall" not in report.metrics


def test_a_run_that_ended_before_its_first_answer_is_in_nobodys_way(
    tmp_path: Path, settings: Settings
) -> None:
    """A wrong address is corrected and the same command given again."""
    with pytest.raises(ModelError):
        run(tmp_path / "run", replace(settings, llm="http://127.0.0.1:9/v1"), limit=2)

    assert run(tmp_path / "run", settings, limit=2).report.about["models"]["llm"] is None
    assert json.loads((tmp_path / "run" / "run.json").read_text())["models"]["llm"] is None


def test_a_file_is_no_folder_of_a_run(tmp_path: Path, settings: Settings) -> None:
    """It is kept as it is."""
    (tmp_path / "run").write_text("mine")

    with pytest.raises(EvalError, match="is not a folder"):
        run(tmp_path / "run", settings, limit=2)

    assert (tmp_path / "run").read_text() == "mine"


def test_answers_that_were_scored_are_not_gone_on_with_as_ones_asked(
    tmp_path: Path, settings: Settings
) -> None:
    """They may be anybody's; the message says what the run was."""
    run(tmp_path / "asked", settings, limit=3)
    answers = tmp_path / "asked" / "answers.jsonl"
    run(tmp_path / "given", settings, limit=3, answers=answers)

    with pytest.raises(
        EvalError, match=r'started differently: answers\.name: "answers.jsonl", now null'
    ):
        run(tmp_path / "given", settings, limit=3, resume=True)


def test_a_second_run_does_not_touch_the_first(tmp_path: Path, settings: Settings) -> None:
    """Not even its description, which tells later what was run."""

    def begin_another(results: list[QuestionResult], total: int) -> None:
        if len(results) == 0:
            with pytest.raises(EvalError, match="another process is writing"):
                run(tmp_path / "run", replace(settings, mode=Mode.LEXICAL))

    request = Request(gold=GOLD, out=tmp_path / "run", limit=2)
    evaluate(request, settings=settings, listener=Listener(scored=begin_another))

    about = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert about["settings"]["mode"] == "hybrid"


def test_other_articles_than_the_baselines_are_refused_before_anything_is_asked(
    tmp_path: Path, settings: Settings
) -> None:
    """Nothing is written."""
    with pytest.raises(EvalError, match="different articles"):
        run(tmp_path / "run", settings, same_corpus_as="0" * 64)

    assert not (tmp_path / "run").exists()


def test_questions_on_a_retrieval_sets_documents_are_answered_in_full(
    tmp_path: Path, retrieval_set: Path, cache: Path
) -> None:
    """By the index that documents were ranked with."""
    fact = {"any_of": ["a heron"], "sources": ["d1"]}
    entry = {"id": "1", "question": "Which bird stood on the wall?", "answerable": True}
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({**entry, "facts": [fact]}) + "\n")
    settings = Settings(cache=cache, llm="none")
    evaluate(Request(gold=retrieval_set, out=tmp_path / "ranked"), settings=settings)

    found = evaluate(
        Request(gold=gold, corpus=retrieval_set, out=tmp_path / "answered"), settings=settings
    )

    assert found.answers["1"]["answerability"] > 0.2


def test_a_file_name_that_is_no_text_is_written_down_as_one(
    tmp_path: Path, settings: Settings
) -> None:
    """Bytes that are no UTF-8 come out escaped."""
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/gold-\xff.jsonl"))
    odd.write_bytes(GOLD.read_bytes())

    evaluated = evaluate(Request(gold=odd, out=tmp_path / "run", limit=1), settings=settings)

    assert evaluated.report.about["gold"]["name"] == "gold-\\xff.jsonl"
