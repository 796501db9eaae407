"""rag.answer.compose: what becomes of the lines that a language model writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from made import sentence, source

from rag.answer.compose import compose_claims
from rag.answer.quote import Numbering, quote_claim, quote_claims
from rag.domain import Claim, ClaimKind, Dropped, Evidence, Reading, Span, Verdict
from rag.models.checker import Cited, no_checker
from rag.models.prompts import Prompt, Templates, sentence_grammar
from rag.question.read import Question, read_question

TEMPLATES = Templates(
    system="Answer.",
    answer="$sentences\n\n$question",
    shorten="$sentence\n\nKeep: $words",
    judge="",
)
QUESTION = read_question("What happened?")
SENTENCES = (
    "The dam, above the old town, burst on Monday, the mayor said.",
    "Nine boats sank, all of them in the harbour.",
    "[Ada Lark](https://x.org/7) opened a bridge in June.",
)
SHOWN = "Ada Lark opened a bridge in June."  # the third as a person reads it


class ScriptedGenerator:
    """A language model that writes what it was told to, in small pieces.

    Attributes:
        name: As a model has one.
        prompts: What it was asked.
        written: Characters that were taken from it.
    """

    name = "scripted"

    def __init__(self, text: str, *again: str, room: int = 100) -> None:
        self._texts = [text, *again]  # for the first prompt, and for those after it
        self._room = room  # sentences that fit into its context
        self.prompts: list[Prompt] = []
        self.grammars: list[str] = []
        self.written = 0

    def fits(self, prompt: Prompt, *, tokens: int) -> bool:
        """Whether the prompt has no more sentences than there is room for."""
        return prompt.user.count("[") <= self._room

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """The text, three characters at a time."""
        text = self._texts[len(self.prompts)] if len(self.prompts) < len(self._texts) else ""
        self.prompts.append(prompt)
        self.grammars.append(grammar)
        for start in range(0, len(text), 3):
            piece = text[start : start + 3]
            self.written += len(piece)
            yield piece

    def close(self) -> None:
        """Nothing to give back."""


class Needing:
    """A checker that finds what follows only from text with all of some words."""

    def __init__(self, asked: Believer, *needed: str) -> None:
        self._asked, self._needed = asked, needed

    def __call__(self) -> Needing:
        """Itself, loaded."""
        return self

    def follows(self, claims: Sequence[str], cited: Cited) -> list[float]:
        """Very likely, or very unlikely."""
        self._asked.follows(claims, cited)
        there = all(word in cited.evidence for word in self._needed)
        return [50.0 if there else -50.0] * len(claims)


class Believer:
    """A checker that finds that all follows, but for claims with one of some words.

    Attributes:
        asked: What it was asked.
    """

    def __init__(self, *doubted: str) -> None:
        self._doubted = doubted
        self.asked: list[tuple[str, Cited]] = []

    def __call__(self) -> Believer:
        """Itself, loaded."""
        return self

    def follows(self, claims: Sequence[str], cited: Cited) -> list[float]:
        """Very likely, or very unlikely."""
        self.asked += [(claim, cited) for claim in claims]
        return [-50.0 if any(word in claim for word in self._doubted) else 50.0 for claim in claims]


def evidence(n: int, text: str) -> Evidence:
    """Sentence ``n`` (from 0) of an article about the dam."""
    dam, start = source("dam.txt", title="Dam", date="2019-05-03"), 100 * n
    return sentence(
        text, id=10 + n, source=dam, start=start, end=start + len(text), line=n + 1,
        score=1 - n / 10,
    )  # fmt: skip


EVIDENCE = tuple(evidence(n, text) for n, text in enumerate(SENTENCES))


def composing(
    generator: ScriptedGenerator,
    given: Sequence[Evidence] = EVIDENCE,
    *,
    question: Question = QUESTION,
    needed: int = 1,
    checker: Believer | Needing | None = None,
    further: Sequence[Evidence] = (),
    around: Sequence[Evidence] = (),
) -> Iterator[Claim | Dropped]:
    """What is shown and dropped, step by step."""
    steps = compose_claims(
        question,
        given,
        further=further,
        around={one.id: one for one in around},
        generator=generator,
        checker=checker or Believer(),
        templates=TEMPLATES,
        tokens=99,
        numbering=Numbering(),
        needed=needed,
    )
    return (step for step in steps if not isinstance(step, Prompt))


def compose(text: str, *, room: int = 100) -> tuple[list[Claim], list[Dropped]]:
    """What is shown and what is dropped of a model's text."""
    steps = list(composing(ScriptedGenerator(text, room=room)))
    claims = [step for step in steps if isinstance(step, Claim)]
    dropped = [step for step in steps if isinstance(step, Dropped)]
    return claims, [replace(entry, rungs=(), support=None) for entry in dropped]


def brief(claims: list[Claim]) -> list[tuple[str, int, str]]:
    """Kind, number and quotation of each claim's only citation."""
    return [(c.kind.value, c.citations[0].n, c.citations[0].quote) for c in claims]


def test_a_supported_claim_passes_as_composed() -> None:
    """The model's words are kept, with a citation of the sentence they rest on."""
    claims, dropped = compose(
        "[1] The dam burst on Monday, the mayor said.\n[2] Nine boats sank.\n"
    )

    assert [claim.text for claim in claims] == [
        "The dam burst on Monday, the mayor said.",
        "Nine boats sank.",
    ]
    assert {claim.kind for claim in claims} == {ClaimKind.COMPOSED}
    assert {claim.verdict for claim in claims} == {Verdict.SUPPORTED}
    assert [claim.citations[0].quote for claim in claims] == list(SENTENCES[:2])
    assert dropped == []


def test_an_unsupported_claim_becomes_its_sentence() -> None:
    """The quotation is shown in its place, and the claim is listed with the reason."""
    claims, dropped = compose("[1] The dam burst, the mayor said.\n[2] Ten boats sank in 2018.\n")

    assert brief(claims) == [("composed", 1, SENTENCES[0]), ("quoted", 2, SENTENCES[1])]
    assert dropped == [
        Dropped(
            text="Ten boats sank in 2018.",
            why="has a number that is not in the sentence: ten, 2018",
        )
    ]


def test_what_the_checker_doubts_becomes_its_sentence() -> None:
    """It is asked about what passes all else, and its probability is told."""
    doubter = Believer("burst")
    generator = ScriptedGenerator("[1] The dam burst.\n[2] Nine boats sank.\n")

    dropped, quoted, composed = composing(generator, checker=doubter)

    assert isinstance(dropped, Dropped)
    assert dropped.why.startswith("may not follow from what it cites: 0.00 of 0.")
    assert dropped.support == pytest.approx(0, abs=0.01)
    assert quoted == quote_claim(EVIDENCE[0], Numbering())
    assert isinstance(composed, Claim)
    assert composed.support == pytest.approx(1, abs=0.01)
    assert [claim for claim, _ in doubter.asked] == ["The dam burst.", "Nine boats sank."]


def test_without_a_checker_only_quotations_pass() -> None:
    """Nobody has said that the words follow."""
    steps = compose_claims(
        QUESTION,
        EVIDENCE,
        around={},
        generator=ScriptedGenerator("[1] The dam burst.\n"),
        checker=no_checker,
        templates=TEMPLATES,
        tokens=99,
        numbering=Numbering(),
    )
    claims = [step for step in steps if isinstance(step, Claim)]

    assert brief(claims) == [("quoted", 1, SENTENCES[0])]


def answered(one: Evidence, words: str) -> Evidence:
    """A sentence of which a reader takes some words for the answer."""
    start = one.text.index(words)
    span = Span(start=start, end=start + len(words))
    return replace(one, reading=Reading(answers=0.9, share=0.9, words=span, sure=0.9))


LONG = answered(
    evidence(
        0, "The dam, above the old town of Orford, burst on Monday after the rain, as feared."
    ),
    "burst",
)


def test_a_sentence_whose_claim_fails_is_shortened() -> None:
    """The model reads it alone; what it writes then may pass."""
    generator = ScriptedGenerator("The dam burst in 2018.\n", "The dam burst on Monday.\n")

    dropped, claim = composing(generator, [LONG])

    assert isinstance(dropped, Dropped)
    assert (claim.text, claim.kind) == ("The dam burst on Monday.", ClaimKind.COMPOSED)
    assert generator.prompts[1].user == f"{LONG.text}\n\nKeep: burst"
    assert generator.grammars[1] == sentence_grammar("burst", sentence=LONG.text)


def test_what_leaves_out_the_words_that_answer_is_not_shown() -> None:
    """It follows, but the answer would be lost; so it is shortened, or quoted."""
    generator = ScriptedGenerator("The rain was feared.\n", "The dam is above Orford.\n")

    *dropped, claim = composing(generator, [LONG])

    assert [one.why for one in dropped] == ["leaves out what answers: burst"] * 2
    assert claim == quote_claim(LONG, Numbering())


def test_what_leaves_out_who_says_so_is_not_shown() -> None:
    """The index knows that the mayor says it; the claim would be the product's own."""
    said = replace(EVIDENCE[0], speaker="the mayor")

    claims, dropped = [], []
    for step in composing(ScriptedGenerator("The dam burst on Monday.\n"), [said]):
        (claims if isinstance(step, Claim) else dropped).append(step)

    assert [one.why for one in dropped] == ["does not tell that the mayor says so"]
    assert claims == [quote_claim(said, Numbering())]


def test_a_sentence_without_words_that_answer_is_not_shortened() -> None:
    """Nobody can say what to keep of it."""
    generator = ScriptedGenerator("The dam burst in 2018.\n")

    _, claim = composing(generator, [replace(LONG, reading=None)])

    assert claim == quote_claim(LONG, Numbering())
    assert len(generator.prompts) == 1


def test_what_cannot_be_shortened_is_quoted() -> None:
    """The second try may fail too."""
    generator = ScriptedGenerator("The dam burst in 2018.\n", "The dam burst in 2019.\n")

    *dropped, claim = composing(generator, [LONG])

    assert [one.text for one in dropped] == ["The dam burst in 2018.", "The dam burst in 2019."]
    assert claim == quote_claim(LONG, Numbering())


def test_a_short_sentence_is_quoted_as_it_is() -> None:
    """There is nothing to shorten."""
    generator = ScriptedGenerator("The dam burst in 2018.\n")

    _, claim = composing(generator)

    assert claim == quote_claim(EVIDENCE[0], Numbering())
    assert len(generator.prompts) == 1


@pytest.mark.parametrize("after", [" None.", " none"])
def test_a_none_after_a_claim_is_no_part_of_it(after) -> None:
    """A weak model that was told to write "none" writes it after its answer too."""
    claims, _ = compose(f"[1] The dam burst on Monday.{after}\n")

    assert claims[0].text == "The dam burst on Monday."


@pytest.mark.parametrize(
    "line",
    ["[1] Monday.", "[2] Nine boats.", "[3] Ada Lark, Orford.", "[1] Monday, the mayor said."],
)
def test_a_claim_is_a_sentence(line) -> None:
    """A word or two are none, nor what stands after "on" in one: the whole sentence is shown."""
    claims, dropped = compose(f"{line}\n")

    assert [claim.kind for claim in claims][0] is ClaimKind.QUOTED
    assert [entry.why for entry in dropped][0] == "is no sentence"


def test_a_clause_of_a_sentence_is_a_claim() -> None:
    """What stands after "after" can be one."""
    given = (evidence(0, "Nine boats sank in the harbour after the dam burst on Monday."),)

    [claim] = composing(ScriptedGenerator("[1] The dam burst on Monday.\n"), given)

    assert isinstance(claim, Claim) and claim.text == "The dam burst on Monday."


def test_a_claim_cites_what_it_is_taken_from() -> None:
    """A model that gives the wrong number is corrected, where another sentence has more of it."""
    claims, dropped = compose("[3] The dam burst on Monday.\n")

    assert (claims[0].text, claims[0].citations[0].quote) == (
        "The dam burst on Monday.",
        SENTENCES[0],
    )
    assert dropped == []


# --- sentences that were not selected -------------------------------------------------------------


def test_a_claim_of_a_sentence_that_was_not_selected_is_shown() -> None:
    """The model may find the answer where the ranking did not."""
    generator = ScriptedGenerator("[1] The dam burst on Monday.\n[2] Nine boats sank.\n")

    _, boats = composing(generator, EVIDENCE[:1], further=EVIDENCE[1:2])

    assert [citation.quote for citation in boats.citations] == [SENTENCES[1]]


def test_a_sentence_that_was_not_selected_is_not_quoted() -> None:
    """A claim of it that fails is dropped; nothing stands in its place."""
    generator = ScriptedGenerator("[1] The dam burst on Monday.\n[2] Ten boats sank.\n")

    dam, dropped = composing(generator, EVIDENCE[:1], further=EVIDENCE[1:2])

    assert isinstance(dam, Claim)
    assert isinstance(dropped, Dropped)


def test_what_was_not_selected_leaves_the_prompt_first() -> None:
    """The last of it before the others."""
    generator = ScriptedGenerator("none\n", room=2)

    list(composing(generator, EVIDENCE[:1], further=EVIDENCE[1:]))

    assert [sentence in generator.prompts[0].user for sentence in SENTENCES[:2]] == [True, True]
    assert SHOWN not in generator.prompts[0].user


# --- claims over several sentences ----------------------------------------------------------------


def test_a_claim_cites_all_that_it_needs() -> None:
    """Two marks, two citations, and the text of both is what it is judged by."""
    checker = Believer()
    text = "[1][2] The dam burst on Monday and nine boats sank.\n"

    [claim] = composing(
        ScriptedGenerator(text), EVIDENCE[:2], checker=Needing(checker, "burst", "Nine")
    )

    assert isinstance(claim, Claim)
    assert [citation.quote for citation in claim.citations] == list(SENTENCES[:2])
    assert checker.asked[0][1].evidence == " ".join(SENTENCES[:2])


def test_a_citation_that_a_claim_follows_without_goes() -> None:
    """Each must be needed."""
    text = "[1][2] Nine boats sank.\n"

    steps = composing(ScriptedGenerator(text), EVIDENCE[:2], checker=Needing(Believer(), "Nine"))
    claims = [step for step in steps if isinstance(step, Claim)]

    assert brief(claims) == [("quoted", 1, SENTENCES[0]), ("composed", 2, SENTENCES[1])]


def test_a_claim_may_need_a_neighbour_that_the_model_did_not_name() -> None:
    """The sentences around the cited one are tried before it is given up."""
    text = "[2] Nine boats sank when the dam burst.\n"

    [claim] = composing(
        ScriptedGenerator(text), EVIDENCE[1:2], around=EVIDENCE,
        checker=Needing(Believer(), "burst", "Nine"),
    )  # fmt: skip

    assert isinstance(claim, Claim)
    assert [citation.quote for citation in claim.citations] == list(SENTENCES[:2])


def test_a_claim_may_need_a_sentence_from_elsewhere_in_the_article() -> None:
    """The one with the name for which it has failed comes before one with more of its words."""
    named = evidence(7, "Orford is small.")
    wordy = evidence(8, "The dam, from 1950, burst before, on a Monday.")
    text = "The dam in Orford burst on Monday.\n"

    [claim] = composing(ScriptedGenerator(text), EVIDENCE[:1], around=[*EVIDENCE, named, wordy])

    assert isinstance(claim, Claim)
    assert [citation.quote for citation in claim.citations] == [SENTENCES[0], named.text]


def test_the_sentence_that_names_whom_he_means_is_cited() -> None:
    """The name stands in the sentence before alone."""
    before = evidence(0, "Ada Lark spoke in Orford.")
    said = evidence(1, "She said on Monday that the dam was safe.")
    text = "[2] Ada Lark said on Monday that the dam was safe.\n"

    [claim] = composing(ScriptedGenerator(text), [said], around=[before])

    assert isinstance(claim, Claim)
    assert [citation.quote for citation in claim.citations] == [before.text, said.text]


def test_the_model_reads_the_neighbours_too() -> None:
    """A selected sentence stands among those beside it, under the title."""
    generator = ScriptedGenerator("")

    list(composing(generator, EVIDENCE[1:2], around=EVIDENCE))

    assert generator.prompts[0].user == (
        f"Dam\n[1] {SENTENCES[0]}\n[2] {SENTENCES[1]}\n[3] {SHOWN}\n\nWhat happened?"
    )


def test_neighbours_go_before_evidence_does() -> None:
    """Where there is no room for all."""
    generator = ScriptedGenerator("", room=2)

    list(composing(generator, EVIDENCE[1:2], around=EVIDENCE))

    assert generator.prompts[0].user == f"Dam\n[1] {SENTENCES[1]}\n\nWhat happened?"


@pytest.mark.parametrize("none", ["none", "None.", "- none"])
def test_a_model_may_find_that_nothing_answers(none) -> None:
    """Its word alone takes nothing away: what was selected is quoted."""
    claims, dropped = compose(f"{none}\n")

    assert brief(claims) == [("quoted", n, text) for n, text in enumerate(SENTENCES, 1)]
    assert dropped == []


@pytest.mark.parametrize(
    "line",
    [
        "The dam burst on Monday. [1]",
        "- [1] The dam burst on Monday.",
        "The dam burst on Monday [1].",
    ],
)
def test_a_model_that_no_grammar_holds_may_put_its_marks_elsewhere(line: str) -> None:
    """At the end, or after a dash."""
    claims, dropped = compose(f"{line}\n")

    assert [(claim.text.rstrip("."), claim.kind) for claim in claims] == [
        ("The dam burst on Monday", ClaimKind.COMPOSED)
    ]
    assert dropped == []


@pytest.mark.parametrize("n", ["0", "99", "9999"])
def test_a_line_with_the_number_of_no_sentence_is_dropped(n) -> None:
    """A wrong number is no error; the best sentence answers instead."""
    claims, dropped = compose(f"[{n}] The dam burst on Monday.\n")

    assert brief(claims) == [("quoted", 1, SENTENCES[0])]
    assert [one.why for one in dropped] == ["does not cite one of the given sentences"]


@pytest.mark.parametrize(
    "line", [*(f"[{n}] It sank." for n in ("1-999999999", "-1", "9" * 20, "", "x", "1, 2")), "[2]"]
)
def test_what_is_no_number_is_no_citation(line) -> None:
    """The line is read as it stands, and is no claim."""
    claims, dropped = compose(f"{line}\n")

    assert {claim.kind for claim in claims} == {ClaimKind.QUOTED}
    assert len(dropped) == 1


def test_a_claim_without_a_number_cites_the_sentence_that_tells_it() -> None:
    """What it says anew counts before the words of the question, and 9 is nine."""
    question = read_question("What happened after the dam above the old town burst?")

    _, claim = composing(
        ScriptedGenerator("9 boats sank after the dam burst.\n"), question=question
    )

    assert isinstance(claim, Claim)
    assert [citation.quote for citation in claim.citations] == [SENTENCES[1]]


def test_only_the_first_sentence_of_a_line_is_a_claim() -> None:
    """A model that goes on explains itself, and is left."""
    generator = ScriptedGenerator("The dam burst on Monday. This answers it. " + "So it is. " * 50)

    [claim] = composing(generator)

    assert claim.text == "The dam burst on Monday."
    assert generator.written < 60


@pytest.mark.parametrize("yes", ["Yes, the", "No, the", "[1] Yes, the", "The"])
def test_yes_and_no_are_not_part_of_a_claim(yes) -> None:
    """The sentence stands for itself."""
    [claim] = composing(ScriptedGenerator(f"{yes} dam burst on Monday.\n"))

    assert claim.text == "The dam burst on Monday."


@pytest.mark.parametrize("day", [" in May 2019", " in 2019", " on 3 May 2019", " on May 3, 2019"])
def test_a_day_that_only_the_question_names_is_left_out(day) -> None:
    """A model repeats it; the cited sentence does not tell it."""
    question = read_question(f"What burst{day}?")

    generator = ScriptedGenerator(f"The old town's dam burst{day}.\n")
    [claim] = composing(generator, question=question)

    assert (claim.text, claim.kind) == ("The old town's dam burst.", ClaimKind.COMPOSED)


def test_a_day_of_the_model_s_own_stays_and_is_checked() -> None:
    """Nothing is mended that the question does not explain."""
    dropped, _ = composing(ScriptedGenerator("The dam burst in May 2019.\n"))

    assert isinstance(dropped, Dropped)
    assert dropped.text == "The dam burst in May 2019."


@pytest.mark.parametrize("text", ["", "\n\n", "   \n", " "])
def test_an_empty_reply_leaves_all_sentences(text) -> None:
    """A model that writes nothing takes nothing away."""
    claims, dropped = compose(text)

    assert brief(claims) == [("quoted", n, text) for n, text in enumerate(SENTENCES, 1)]
    assert dropped == []


def test_the_best_sentence_is_always_part_of_the_answer() -> None:
    """Where the model begins with another sentence, the best one is quoted before it."""
    claims, _ = compose("[2] Nine boats sank.\n")

    assert brief(claims) == [("quoted", 1, SENTENCES[0]), ("composed", 2, SENTENCES[1])]


def test_citations_are_numbered_in_the_order_of_their_first_use() -> None:
    """The answer's numbers run from 1 without a gap, whatever the model's were."""
    claims, _ = compose("[1] The mayor of 3 towns spoke.\n[3] Ada Lark opened a bridge.\n")

    assert brief(claims) == [("quoted", 1, SENTENCES[0]), ("composed", 2, SENTENCES[2])]


def test_a_cut_off_line_is_left_out() -> None:
    """Half a sentence is no claim."""
    claims, dropped = compose("[2] Nine boats sank.\n[3] Ada Lark opened a n")

    assert brief(claims) == [("quoted", 1, SENTENCES[0]), ("composed", 2, SENTENCES[1])]
    assert dropped == []


def test_a_last_line_may_lack_its_line_end() -> None:
    """A full stop is enough to tell that it was finished."""
    claims, _ = compose("[1] The dam burst, the mayor said.")

    assert brief(claims) == [("composed", 1, SENTENCES[0])]


def test_a_sentence_is_used_once() -> None:
    """The second claim over one sentence is dropped."""
    line = "[1] The dam burst, the mayor said.\n"

    claims, dropped = compose(line * 2)

    assert brief(claims) == [("composed", 1, SENTENCES[0])]
    assert dropped == [Dropped(text="The dam burst, the mayor said.", why="repeats a sentence")]


def test_a_claim_that_outgrows_every_sentence_stops_the_stream() -> None:
    """A model that runs on is left, and its sentences are quoted."""
    generator = ScriptedGenerator("[1] " + "the dam burst and " * 500)

    steps = list(composing(generator))

    assert [step.text for step in steps] == [SENTENCES[0], SENTENCES[1], SHOWN]
    assert generator.written < 100


def test_a_claim_that_only_repeats_its_sentence_is_quoted() -> None:
    """The article's own words are shown as such, and nothing is reported as dropped."""
    claims, dropped = compose("[1] the dam, above the old town, burst on monday, the mayor says\n")

    assert brief(claims) == [("quoted", 1, SENTENCES[0])]
    assert dropped == []


def test_a_claim_that_gives_the_question_back_becomes_its_sentence() -> None:
    """An answer must tell something."""
    question = read_question("Why did nine boats sink in the harbour?")

    generator = ScriptedGenerator("[1] Nine boats sank.\n")

    dropped, shown = composing(generator, EVIDENCE[1:2], question=question)

    assert isinstance(dropped, Dropped)
    assert dropped.why == "says nothing more than the question: nine, boats, sank"
    assert shown == quote_claim(EVIDENCE[1], Numbering())


def test_overflow_drops_the_weakest_evidence_and_says_so() -> None:
    """The last sentences go first, until the prompt fits."""
    claims, dropped = compose("[2] Nine boats sank.\n[3] Ada Lark opened a bridge.\n", room=2)

    assert dropped == [
        Dropped(text=SHOWN, why="does not fit into the model's context"),
        Dropped(text="Ada Lark opened a bridge.", why="does not cite one of the given sentences"),
    ]
    assert brief(claims) == [("quoted", 1, SENTENCES[0]), ("composed", 2, SENTENCES[1])]


def test_a_model_without_room_for_one_sentence_is_not_asked() -> None:
    """The best sentence is quoted, and what happened is told."""
    generator = ScriptedGenerator("[1] The dam burst, the mayor said.\n", room=0)

    *dropped, claim = composing(generator)

    assert claim == quote_claim(EVIDENCE[0], Numbering())
    assert len(dropped) == 3
    assert "the best sentence alone does not fit" in dropped[-1].why
    assert generator.prompts == []


def test_the_model_sees_the_sentences_as_a_person_does() -> None:
    """Links are words in the prompt, and the grammar knows their numbers only."""
    generator = ScriptedGenerator("")

    list(composing(generator))

    [prompt] = generator.prompts
    assert prompt.user == (
        f"Dam\n[1] {SENTENCES[0]}\n[2] {SENTENCES[1]}\n[3] {SHOWN}\n\nWhat happened?"
    )
    assert 'id ::= "1" | "2" | "3"\n' in generator.grammars[0]


def test_claims_come_one_by_one() -> None:
    """The first claim is there before the model has written the second."""
    generator = ScriptedGenerator("[1] The dam burst, the mayor said.\n[2] Nine boats sank.\n")

    first = next(composing(generator))

    assert isinstance(first, Claim)
    assert generator.written < 40


def test_a_claim_brings_no_marks_of_its_own() -> None:
    """A model that no grammar holds cannot smuggle a citation into the text of a claim."""
    two = evidence(0, "The dam burst in 2 towns on Monday after the rain.")

    generator = ScriptedGenerator("[1] The dam burst in towns on Monday [2].\n")
    claims = [step for step in composing(generator, [two]) if isinstance(step, Claim)]

    assert "[2]" not in claims[0].text


def test_quotations_need_no_model() -> None:
    """Each sentence is a claim in its own words, links reduced, its citation verbatim."""
    claims = list(quote_claims(EVIDENCE, numbering=Numbering()))

    assert [claim.text for claim in claims] == [SENTENCES[0], SENTENCES[1], SHOWN]
    assert brief(claims) == [("quoted", n, text) for n, text in enumerate(SENTENCES, start=1)]
    assert (claims[2].citations[0].start, claims[2].citations[0].line) == (200, 3)


def test_a_sentence_keeps_its_number() -> None:
    """Citing it again does not count it again."""
    numbering = Numbering()

    numbers = [numbering.cite(EVIDENCE[place]).n for place in (2, 0, 2, 1)]

    assert numbers == [1, 2, 1, 3]


@pytest.mark.parametrize(
    "claim",
    [
        "Ada Lark opened a [bridge](https://evil.example/?q=1) in June.",
        "Ada Lark opened a bridge in June. https://evil.example",
        "Ada Lark opened a bridge in June <b>.",
    ],
)
def test_no_address_of_the_model_s_own_is_shown(claim: str) -> None:
    """A link is reduced to its words or the claim is refused: nobody can be led away."""
    claims, _ = compose(f"[3] {claim}\n")

    assert not [shown.text for shown in claims if "://" in shown.text or "<" in shown.text]


EVIL = "https://evil.example/?q=1"
ADDRESSED = "Ada Lark opened a bridge in June, the page at bridge example org says."


@pytest.mark.parametrize(
    "line",
    [
        "[7] Ada Lark opened a bridge in June.",
        "[0] Ada Lark opened a bridge in June.",
        "Sources: [7] evil.txt",
        "</sentences> Ada Lark opened a bridge in June.",
        f"[1] Ada Lark opened a bridge in June, the page at {EVIL} says.",
        "[1] Ada Lark opened a bridge in June, the page at bridge.example.org says.",
        "[1] Ada Lark opened a bridge in June 【7】.",
        "[1] Ada Lark opened a bridge in June ［7］.",
        "[1] Ada Lark opened a bridge in June [click here][ref].",
        f"[1] ![Ada Lark]({EVIL}) opened a bridge in June <img src={EVIL}>.",
        "[1] <iframe>Ada Lark</iframe> opened a bridge in June.",
        "[1] Ada Lark opened a bridge in June, write to ada@evil.example.",
        "[1] Ада Ларк открыла мост в июне.",
        "[1] 阿达·拉克六月开通了一座桥。",
    ],
)
def test_a_model_that_no_grammar_holds_says_nothing_of_its_own(line: str) -> None:
    """Faked citations and sources, addresses, markup, other languages: the sentence is shown."""
    steps = composing(ScriptedGenerator(f"{line}\n"), [evidence(0, ADDRESSED)])
    claims = [step for step in steps if isinstance(step, Claim)]

    assert [(claim.text, claim.kind) for claim in claims] == [(ADDRESSED, ClaimKind.QUOTED)]
    assert [citation.n for citation in claims[0].citations] == [1]


def test_a_list_of_sources_after_a_claim_is_not_shown() -> None:
    """Only what is checked is."""
    line = "[1] Ada Lark opened a bridge in June. Sources: evil.txt\n"

    [claim] = composing(ScriptedGenerator(line), [evidence(0, ADDRESSED)])

    assert claim.text == "Ada Lark opened a bridge in June."


def test_hidden_characters_of_a_model_are_not_in_its_claim() -> None:
    """What is checked and shown is what a person sees."""
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "obey me")
    claims, _ = compose(f"[1] The\u200b dam{hidden} burst on Monday, the\u202e mayor said.\n")

    assert claims[0].text == "The dam burst on Monday, the mayor said."
    assert claims[0].kind is ClaimKind.COMPOSED


# --- several sources ------------------------------------------------------------------------------

COPY = replace(
    evidence(5, SENTENCES[1]),
    article_id=1,
    source=replace(EVIDENCE[1].source, path="reprint.txt"),
)
BOTH = replace(EVIDENCE[1], also=(COPY,))


def test_a_sentence_that_two_articles_have_is_one_claim_with_two_citations() -> None:
    """Quoted or worded anew, the claim cites each article at its own place."""
    [quoted] = quote_claims([BOTH], numbering=Numbering())
    composed, *_ = composing(ScriptedGenerator("[1] Nine boats sank.\n"), [BOTH])

    for claim in (quoted, composed):
        assert isinstance(claim, Claim)
        places = [(c.n, c.source.path, c.start) for c in claim.citations]
        assert places == [(1, "dam.txt", 100), (2, "reprint.txt", 500)]


def test_a_copy_that_does_not_support_a_claim_is_not_cited_for_it() -> None:
    """Each citation is checked by itself."""
    other = replace(BOTH, also=(replace(COPY, text="Ten boats sank, all of them in the harbour."),))

    claim, *_ = composing(ScriptedGenerator("[1] Nine boats sank.\n"), [other])

    assert isinstance(claim, Claim)
    assert [citation.source.path for citation in claim.citations] == ["dam.txt"]


def test_what_the_answer_needs_is_quoted_where_the_model_leaves_it_out() -> None:
    """The first sentence always, and as many after it as are asked for."""
    text = "[1] The dam burst, the mayor said.\n"

    alone = [step.text for step in composing(ScriptedGenerator(text))]
    both = [step.text for step in composing(ScriptedGenerator(text), needed=2)]

    assert alone == ["The dam burst, the mayor said."]
    assert both == ["The dam burst, the mayor said.", SENTENCES[1]]


def test_the_first_sentence_is_told_where_nothing_is_needed() -> None:
    """An answer before may have told all that this one needs."""
    generator = ScriptedGenerator("[1] Nine boats sank in 2018.\n")
    dropped, claim = composing(generator, EVIDENCE[1:2], needed=0)

    assert isinstance(dropped, Dropped)
    assert claim == quote_claim(EVIDENCE[1], Numbering())


# --- what each claim was checked for --------------------------------------------------------------


def test_a_claim_carries_its_checks() -> None:
    """All hold for one that is shown; a dropped one tells which does not."""
    steps = list(composing(ScriptedGenerator("[1] The dam burst on Friday, the mayor said.\n")))
    shown, *_ = composing(ScriptedGenerator("[2] Nine boats sank.\n"), EVIDENCE)

    assert isinstance(steps[0], Dropped)
    failing = [rung.name for rung in steps[0].rungs if not rung.holds]
    assert failing[0] == "numbers"
    [boats] = [s for s in composing(ScriptedGenerator("[1] Nine boats sank.\n"), EVIDENCE[1:2])]
    assert isinstance(boats, Claim)
    assert [rung.name for rung in boats.rungs][-1] == "follows"
    assert all(rung.holds for rung in boats.rungs)
    assert shown.rungs == ()  # a quotation is its own proof
