"""train/checker: faithful claims, what spoils them, and the trained adapters in llama.cpp."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from checker.among import CLAIM_WORDS, EVIDENCE_WORDS, SOURCE, among_others, joined
from checker.data import Pair, untokenised
from checker.reword import reworded
from checker.spoil import added, names_of, spoilt, unattributed
from checker.written import mark, read_written


def pair(evidence: str, claim: str | None = None, *, follows: bool = True) -> Pair:
    """A claim on some evidence; without one, the evidence itself."""
    return Pair(
        source="made", group="g", kind="", title="Dam at Orford", before="It rained.",
        evidence=evidence, claim=claim or evidence, follows=follows,
    )  # fmt: skip


SAID = "On Monday, Ada Lark, the mayor of Orford, said that 9 boats may sink in the harbour."


def test_faithful_claims_are_made_by_rule() -> None:
    """Parts left out, speech turned, numbers written otherwise; all of them follow."""
    quoted = 'Ada Lark said, "The dam of the town is safe for now."'
    made = [one for text in (SAID, quoted) for one in reworded(pair(text), random.Random(1))]
    claims = {one.claim for one in made}

    assert all(one.follows for one in made)
    assert "Ada Lark, the mayor of Orford, said that 9 boats may sink in the harbour." in claims
    assert any("nine boats" in claim for claim in claims)
    assert "According to Ada Lark, the dam of the town is safe for now." in claims


def test_a_change_in_claim_and_evidence_alike_leaves_it_faithful() -> None:
    """Each changed claim is met with both labels, so that a claim alone tells nothing."""
    around = names_of("The mayor met Ben Moss and Ada Lark of Orford in Kerch.")
    made = list(spoilt(pair(SAID), around, random.Random(1)))
    wrong = [one for one in made if not one.follows]

    assert {"name", "number", "date", "word", "negation"} <= {one.kind for one in made}
    for one in made:
        changed_claim, changed_evidence = one.claim != SAID, one.evidence != SAID
        assert one.follows == (changed_claim and changed_evidence)
    assert len({one.claim for one in wrong if one.evidence == SAID}) == sum(
        one.evidence == SAID for one in wrong
    )


def test_evidence_is_put_among_that_of_other_claims_on_its_article() -> None:
    """What is told stays told; what is left out, or is wrong in one half, does not follow."""
    told = {
        f"In {town} {many} boats sank.": f"The storm sank {many} boats of {town}."
        for many, town in enumerate("Lund Kerch Brae Vik Moss Orford Dale Ness".split(), 2)
    }
    pairs = [pair(text, claim) for text, claim in told.items()]
    pairs += [pair(text, "No boat of the town sank.", follows=False) for text in told]

    made = list(among_others(pairs, random.Random(3)))

    assert {one.kind for one in made} == {"among", "elsewhere", "both"}
    for one in made:
        assert one.source == SOURCE
        assert len(one.evidence.split()) <= EVIDENCE_WORDS
        assert one.evidence.count("It rained.") == one.evidence.count("boats sank.") > 1
        parts = [claim for text, claim in told.items() if text in one.evidence]
        halves = [half.rstrip(".").lower() for half in one.claim.split(", and ")]
        assert one.follows == all(
            any(half == claim.rstrip(".").lower() for claim in parts) for half in halves
        )


def test_two_claims_make_one_sentence_that_is_not_too_long() -> None:
    """A name keeps its capital, an article does not."""
    assert joined("The dam broke.", "The mayor left.") == "The dam broke, and the mayor left."
    assert joined("The dam broke.", "Ada Lark left.") == "The dam broke, and Ada Lark left."
    assert joined("The dam broke.", f"It rained {'and ' * CLAIM_WORDS}rained.") == ""


def test_a_statement_without_its_speaker_does_not_follow() -> None:
    """It has become a fact."""
    claim = "Ada Lark said the dam of the town is safe."
    [bare] = unattributed(pair(claim))

    assert (bare.claim, bare.follows) == ("The dam of the town is safe.", False)


def test_an_added_detail_follows_only_where_the_evidence_has_it() -> None:
    """And what leaves it out follows all the same."""
    text = "Nine boats sank in the old harbour."
    wrong, both, without = added(pair(text), ["near Kerch"], random.Random(1))

    assert (wrong.claim, wrong.follows) == ("Nine boats sank in the old harbour near Kerch.", False)
    assert (both.claim, both.evidence, both.follows) == (wrong.claim, wrong.claim, True)
    assert (without.claim, without.evidence, without.follows) == (text, wrong.claim, True)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("The dam -LRB- of 1900 -RRB- did n't burst .", "The dam (of 1900) didn't burst."),
        ("[[A_B|The dam]] 's wall , `` old ''", "The dam's wall, \" old \""),
    ],
)  # fmt: skip
def test_tokenised_text_is_put_together(text: str, written: str) -> None:
    """As people write it."""
    assert untokenised(text) == written


def rows() -> Sequence[Pair]:
    """Claims on one evidence."""
    claims = (SAID, "Nine boats will sink.", "Ada Lark fears for the boats.")
    return [pair(SAID, claim) for claim in claims]


def test_the_adapters_say_the_same_in_llama_cpp_as_in_training(cache: Path) -> None:
    """The same weights, the same tokens: within what 4-bit arithmetic allows."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    import torch
    from checker.export import read_adapter
    from checker.model import Judge
    from checker.train import row_of

    from rag.models.checker import ADAPTER, Checker, Cited
    from rag.models.files import bundled_model
    from rag.models.shipped import shipped_folder

    judge = Judge(bundled_model())
    judge.load_state_dict(read_adapter(shipped_folder() / ADAPTER), strict=False)
    with torch.inference_mode():
        trained = judge([row_of(judge, rows())]).tolist()
    first = rows()[0]
    cited = Cited(sentences=(first.evidence,), before=first.before, title=first.title)
    shipped = Checker(shipped_folder(), cache=cache, threads=1).follows(
        [one.claim for one in rows()], cited
    )

    assert shipped == pytest.approx(trained, abs=0.5)


def test_a_written_claim_finds_its_sentence_wherever_that_stands(tmp_path: Path) -> None:
    """A sentence more before it changes what stands before, and not what it cites."""
    item = {
        "file": "dam.txt",
        "sentences": [mark("The dam is safe for now.")],
        "claims": [["supported", "shortened", "The dam is safe."]],
    }
    gone = {**item, "sentences": [mark("The dam broke.")]}
    written = tmp_path / "written.jsonl"
    written.write_text(f"{json.dumps(item)}\n{json.dumps(gone)}\n", encoding="utf-8")
    (tmp_path / "data" / "train").mkdir(parents=True)
    with gzip.open(tmp_path / "data" / "train" / "qa.jsonl.gz", "wt", encoding="utf-8"):
        pass
    article = tmp_path / "data" / "wikinews" / "dam.txt"
    article.parent.mkdir()

    for before in ("It rained.", "It rained for days. The river rose."):
        article.write_text(f"Dam at Orford\n\n{before} The dam is safe for now.\n")
        [read] = read_written(tmp_path, written)

        assert read.evidence == "The dam is safe for now."
        assert before.endswith(read.before)
