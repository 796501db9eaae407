"""rag.evaluate.report.tuning: a line of abstention as a table, and as JSON."""

from __future__ import annotations

from rag.answer.answerability import UNLIKELY
from rag.evaluate.report.tuning import line_words, tuned_dict, tuned_lines
from rag.evaluate.tune import Refusals, Tuned

NOW = Refusals(
    line=None,
    refused=0,
    answerable_refused=0,
    precision=None,
    recall=0.0,
    balanced_accuracy=0.5,
)
CHOSEN = Refusals(
    line=0.41,
    refused=12,
    answerable_refused=2,
    precision=10 / 12,
    recall=1.0,
    balanced_accuracy=0.95,
)
TUNED = Tuned(answerable=20, unanswerable=10, by_rule=0, now=NOW, chosen=CHOSEN, held_out=0.9)


def test_both_lines_stand_below_each_other() -> None:
    """A share of nothing is a dash; counts say of how many."""
    now, chosen = (line for line in tuned_lines(TUNED) if line.startswith(("now", "chosen")))

    shipped = f"({UNLIKELY:.3f})"
    assert now.split() == ["now:", "built-in", shipped, "–", "0.000", "0", "of", "20", "0.500"]
    assert chosen.split() == ["chosen:", "0.41", "0.833", "1.000", "2", "of", "20", "0.950"]
    assert len(now) == len(chosen)


def test_the_estimate_of_unseen_questions_is_said() -> None:
    """Beside the warning that the table is not one."""
    text = "\n".join(tuned_lines(TUNED))

    assert "chosen on these questions" in text
    assert "Expected on other questions (tenfold cross-validation): balanced accuracy 0.900" in text


def test_programs_see_the_same() -> None:
    """The shipped line is null."""
    found = tuned_dict(TUNED)

    assert found["schema"] == "rag.tune/1"
    assert (found["now"]["line"], found["chosen"]["line"]) == (None, 0.41)
    assert found["held_out_balanced_accuracy"] == 0.9
    assert line_words(0.0) == "0.0"
