"""rag.load.garbled: text of fonts that do not say what their letters are, and real languages."""

from __future__ import annotations

import pytest

from rag.load.garbled import is_garbled, is_signs, is_unknown

ENGLISH = "The dam above the town burst on Monday, and 1,200 people left their houses (see p. 3)."


@pytest.mark.parametrize(
    "text",
    [
        "ίϯύϥϒϧͳ৽ฉࣄه͔Βͷ",
        "/g12/g45/g3 /g77/g8",
        "(cid:12)(cid:45)(cid:3) (cid:9)",
        "\ue001\ue045\ue003 \uf0b7\uf0a8",
        "\x01\x02\x03\x1b\x05",
        "Τhе ԁаm abоvе tһе tоwո",  # letters of four scripts
        f"{ENGLISH[:40]} {chr(0xFFFD) * 10}",
    ],
)
def test_what_is_no_language_is_garbled(text: str) -> None:
    """Unknown glyphs, names of glyphs, private use, control, scripts mixed in a word."""
    assert is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        "コンパラブルコーパスとは、ほぼ同じ内容をもつ別々の文書どうしが対応づけられたコーパス。",
        "1995年の New York Timesから固有表現を抽出するXMLパーサー",
        "Плотина над городом прорвалась в понедельник, сообщил мэр.",
        "Το φράγμα έσπασε τη Δευτέρα και το νερό έφτασε στο λιμάνι.",
        "انهار السد فوق المدينة يوم الاثنين ووصلت المياه إلى الميناء",
        "הסכר שמעל העיר קרס ביום שני",
        "댐이 월요일에 무너져 물이 항구에 이르렀다고 시장이 말했다. GDP는",
        "เขื่อนเหนือเมืองพังทลายเมื่อวันจันทร์",
        "बाँध सोमवार को टूट गया और पानी बंदरगाह तक पहुँच गया।",
        "15 µm and 3 kΩ of α-pinene at 20 °C; IFNγ and β-blockers; x² ≤ 3√y",
        "14 21,5 % 1.299 – 33 44 55 66 77 88",
        "",
    ],
)
def test_languages_and_tables_are_not(text: str) -> None:
    """Whatever their script, with Latin names and formulas in them."""
    assert not is_garbled(text)


def test_a_page_of_signs_is_none() -> None:
    """Glyphs numbered from 33 on come out as signs; dots to page numbers and blanks do not."""
    assert is_signs(
        "!\"#$%&'( )#*+, -.%/ 0#1\"2 3&4%+ !\"# 5.6/* '(7 89: ;<=>? @[]^_ {|}~ !#%' *+-/"
    )
    assert not is_signs("Contents\n" + "\n".join(f"Chapter {n} {'.' * 60} {n}" for n in range(9)))
    assert not is_signs("Name ______________________ Street _____________________ Town _________")
    assert not is_signs("* * *")


def test_a_word_of_unknown_glyphs_alone() -> None:
    """As a bullet is that a font has for its own."""
    assert is_unknown("\ufffd")
    assert is_unknown("\uf0b7")
    assert not is_unknown("o\ufffdce")
