"""rag.render.explanation: how an answer came about, for people and for programs."""

from __future__ import annotations

import dataclasses
import inspect
import io
import json
import re

from made import sentence, source
from rich.console import Console

from rag.answer import compose, verdict
from rag.answer.check import check
from rag.answer.trace import Explanation, Step
from rag.cost import Timings
from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Cut,
    Dropped,
    Evidence,
    RankedPassage,
    Reading,
    Retrieved,
    Rung,
    Span,
    Verdict,
)
from rag.models.checker import Cited
from rag.models.prompts import Prompt
from rag.question.read import Kind, read_question
from rag.render.as_json import dumps
from rag.render.explanation import (
    CANDIDATES,
    CHECKS,
    KINDS,
    PASSAGES,
    explanation_dict,
    explanation_text,
)

HOSTILE = "\x1b[2J\x1b]8;;https://evil.example\x07x\x9b31m [/nope] [bold red] \u202egnp.exe\u2066 é"
HARMFUL = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"} | set("\u202e\u2066")


def evidence(id: int, text: str, score: float = 0.5, *, path: str = "dam.txt") -> Evidence:
    """A ranked sentence."""
    return sentence(
        text, id=id, article_id=id, source=source(path, title=text), line=4, score=score,
        dense=0.25, lexical=1.0,
    )  # fmt: skip


def explained(text: str, *, path: str = "dam.txt", prompt: bool = True) -> Explanation:
    """An answer of one sentence, with a copy, a worse one, a claim and a dropped one."""
    best = dataclasses.replace(
        evidence(0, text, 0.875, path=path),
        reading=Reading(answers=0.75, share=0.25, words=Span(start=0, end=3), sure=0.5),
        also=(evidence(9, text, path=f"copy-{path}"),),
    )
    other, unused = evidence(1, f"Not {text}", 0.5, path=path), evidence(2, "Boats sank.", 0.25)
    passage = RankedPassage(id=7, score=0.5, dense=0.25, lexical=0.75, cosine=0.5)
    citation = Citation(n=1, source=best.source, start=0, end=9, line=4, quote=text, speaker=None)
    held, broken = Rung(name="quotes", why="?"), Rung(name="names", why="?", wrong=(text,))
    step = Step(
        question=read_question("What did Peskov say about Crimea in July 2018?"),
        retrieved=Retrieved(passages=(passage,), evidence=(best, other, unused)),
        used=(best,),
        cut=(Cut(evidence=other, why=f"adds nothing {text}"),),
        prompt=Prompt(system=text, user=f"{text}\nWho?") if prompt else None,
    )
    answer = Answer(
        question=text,
        claims=(
            Claim(
                text=text, kind=ClaimKind.COMPOSED, verdict=Verdict.SUPPORTED,
                citations=(citation,), rungs=(held,),
            ),
            Claim(
                text="It burst.", kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED,
                citations=(citation,),
            ),
        ),
        dropped=(Dropped(text=text, why=f"has a name {text}", rungs=(held, broken)),),
        answerability=0.8125,
        timings=Timings(retrieve=12.4, total=99.6),
        model=text,
    )  # fmt: skip
    return Explanation(steps=(step,), answer=answer)


def test_the_whole_path_is_told() -> None:
    """How the question was read, what was found, used and left out and why, and the checks."""
    assert explanation_text(explained("The dam burst.")).plain == (
        "How the question was read\n"
        "  What did Peskov say about Crimea in July 2018?\n"
        "  asks for     what somebody said\n"
        "  looks for    peskov, crimea\n"
        "  names        peskov, crimea\n"
        "  said by      peskov\n"
        "  time         in July 2018\n"
        "\n"
        "What was found\n"
        "  1 passage found, by meaning and by words; 3 sentences of the best ranked\n"
        "  passage 1: 0.500 (meaning 0.250, words 0.750)\n"
        "  The score says how likely a sentence answers, rather than any other or none. Beside"
        " it:\n  how close its passage is in meaning, how many words of the question it has,"
        ' how likely\n  it answers by itself. "use" marks the sentences that were used.\n'
        "      score meaning words answers\n"
        "  use  0.875   0.250  1.00   0.750  dam.txt:4  The dam burst.\n"
        "      also in copy-dam.txt:4\n"
        "       0.500   0.250  1.00       -  dam.txt:4  Not The dam burst."
        "  (not used: adds nothing The dam burst.)\n"
        "       0.250   0.250  1.00       -  dam.txt:4  Boats sank.\n"
        "\n"
        "What the language model was given\n"
        "The dam burst.\n"
        "\n"
        "The dam burst.\n"
        "Who?\n"
        "\n"
        "How each sentence of the answer was checked\n"
        "  shown [1] The dam burst.\n"
        "      1 of 1 check passed: quoted words\n"
        "      it follows with 100%\n"
        "  shown [1] It burst.\n"
        "      the article's own words, so there is nothing to check\n"
        "  refused The dam burst.\n"
        "      why: has a name The dam burst.\n"
        "      1 of 2 checks passed: quoted words; failed: names\n"
        "\n"
        "The answer\n"
        "  answerability: 0.81 (0: certainly not answered, 1: certainly answered)\n"
        "  language model: The dam burst.\n"
        "  found after 12 ms, answered after 100 ms\n"
    )


def test_every_check_and_every_kind_of_question_has_its_words() -> None:
    """What the program calls them is in the JSON only."""
    rungs = {rung.name for rung in check("The dam burst.", Cited(sentences=("The dam burst.",)))}
    written = set(
        re.findall(r'name="(\w+)"', inspect.getsource(compose) + inspect.getsource(verdict))
    )

    assert rungs | written == set(CHECKS)
    assert set(KINDS) == set(Kind)


def test_the_prompt_can_be_left_out() -> None:
    """And is, where no model was asked."""
    without = explanation_text(explained("The dam burst.", prompt=False)).plain

    assert explanation_text(explained("The dam burst."), prompt=False).plain == without
    assert "language model was given" not in without


def test_an_abstention_tells_its_reason() -> None:
    """And that nothing was claimed."""
    step = Step(question=read_question("Who?"))
    answer = Answer(question="Who?", reason="No article says so.")

    shown = explanation_text(Explanation(steps=(step,), answer=answer)).plain

    assert "was checked\n  there are no claims\n" in shown
    assert "The answer\n  No answer. No article says so.\n" in shown
    assert "\n  time " not in shown


def test_long_lists_and_sentences_are_cut() -> None:
    """The best passages and candidates, each by its beginning."""
    ranked = tuple(evidence(n, f"Sentence {n} {'x' * 200}") for n in range(CANDIDATES + 9))
    passages = tuple(
        RankedPassage(id=n, score=0.5, dense=0.5, lexical=0.5, cosine=0.5)
        for n in range(PASSAGES + 9)
    )
    step = Step(
        question=read_question("Who?"), retrieved=Retrieved(passages=passages, evidence=ranked)
    )
    explanation = Explanation(steps=(step,), answer=Answer(question="Who?", reason="None."))

    lines = explanation_text(explanation).plain.splitlines()

    assert len([line for line in lines if "Sentence" in line]) == CANDIDATES
    assert len([line for line in lines if line.startswith("  passage ")]) == PASSAGES
    assert max(map(len, lines)) < 140
    assert len(explanation_dict(explanation)["steps"][0]["candidates"]) == CANDIDATES


def test_nothing_hostile_reaches_the_terminal() -> None:
    """From the text, the file's name, the prompt, a reason or a model's name; markup is text."""
    shown = explanation_text(explained(HOSTILE, path=HOSTILE))
    file = io.StringIO()
    Console(file=file, width=100_000, highlight=False, markup=False, emoji=False).print(shown)

    assert not HARMFUL.intersection(shown.plain)
    assert not HARMFUL.intersection(file.getvalue())
    assert "[/nope] [bold red]" in file.getvalue()


def test_the_same_for_programs() -> None:
    """With the scores of every candidate, why it was not used, and each check's findings."""
    told = json.loads(dumps(explanation_dict(explained("The dam burst."))))

    [step] = told["steps"]
    assert step["question"] == "What did Peskov say about Crimea in July 2018?"
    assert (step["kind"], step["speaker"], step["period"]) == (
        "statement",
        ["peskov"],
        "in July 2018",
    )
    [passage] = step["passages"]
    assert passage == {"id": 7, "score": 0.5, "dense": 0.25, "lexical": 0.75, "cosine": 0.5}
    assert [(one["used"], one["why_not"], one["also"]) for one in step["candidates"]] == [
        (True, None, [["copy-dam.txt", 0, 14]]),
        (False, "adds nothing The dam burst.", []),
        (False, None, []),
    ]
    assert step["candidates"][0]["reading"] == {
        "answers": 0.75,
        "share": 0.25,
        "start": 0,
        "end": 3,
        "sure": 0.5,
    }
    assert step["prompt"] == {"system": "The dam burst.", "user": "The dam burst.\nWho?"}
    assert told["claims"] == [
        {"text": "The dam burst.", "rungs": [{"name": "quotes", "holds": True, "wrong": []}]},
        {"text": "It burst.", "rungs": []},
    ]
    assert told["dropped"][0]["rungs"][1] == {
        "name": "names",
        "holds": False,
        "wrong": ["The dam burst."],
    }


def test_the_same_for_programs_without_a_prompt_or_a_time() -> None:
    """Nothing stands for what there was not."""
    explanation = explained("The dam burst.", prompt=False)
    [step] = explanation.steps
    bare = dataclasses.replace(step, question=read_question("Who?"))

    [told] = explanation_dict(dataclasses.replace(explanation, steps=(bare,)))["steps"]

    assert (told["prompt"], told["period"], told["speaker"]) == (None, None, [])


def test_hostile_text_is_valid_json() -> None:
    """Every character of it, escaped."""
    encoded = dumps(explanation_dict(explained(HOSTILE, path=HOSTILE)))

    assert not HARMFUL.intersection(encoded)
    assert json.loads(encoded)["claims"][0]["text"] == HOSTILE
