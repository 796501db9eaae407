"""train/groups: what is trained on, and what is kept for the figures."""

from __future__ import annotations

from pathlib import Path

from groups import Candidate, Group, held_out, read_groups, write_groups


def test_groups_come_back_as_they_were_written(tmp_path: Path) -> None:
    """Line separators inside of a text do not end a line of the file."""
    right = Candidate(
        title="T", before="B.", text="It was\u2028 1921.", answers=True, start=8, end=12
    )
    wrong = Candidate(title="T", before="", text="No.", answers=False, score=0.25)
    groups = [
        Group(
            source="s", article="a", question="When?", answerable=True, candidates=(right, wrong)
        ),
        Group(source="s", article="b", question="Who?", answerable=False, candidates=()),
    ]

    assert write_groups(groups, tmp_path / "groups.jsonl") == 2
    assert read_groups(tmp_path / "groups.jsonl") == groups


def test_an_article_is_on_one_side_whatever_the_set_and_spelling() -> None:
    """The split goes by the title, without folder, ending and case."""
    names = [f"Article_{n}" for n in range(2_000)]

    kept = [held_out(f"corpus/{name}.txt") for name in names]

    assert kept == [held_out(name.upper()) for name in names]
    assert 0.16 < sum(kept) / len(kept) < 0.24  # one in five
