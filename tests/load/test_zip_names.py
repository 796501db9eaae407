"""rag.load.zip_names: names in an archive that does not say in which charset they are."""

from __future__ import annotations

import io
import zipfile

import pytest

from rag.load.zip_names import name_reader


def names(*stated: bytes) -> list[str]:
    """The names of files in an archive without the flag for UTF-8, which has these bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for at, name in enumerate(stated):
            archive.writestr(f"{at}".rjust(len(name), "-"), "")
    data = stream.getvalue()
    for at, name in enumerate(stated):
        data = data.replace(f"{at}".rjust(len(name), "-").encode(), name)
    members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    return list(map(name_reader(members), members))


@pytest.mark.parametrize("charset", ["cp866", "cp1251", "utf-8"])
def test_cyrillic_names_are_read_in_the_charset_of_the_program(charset: str) -> None:
    """Whatever stands beside them in the archive."""
    told = ["письма/Причал закрыт 2.txt", "readme.txt"]

    assert names(*(name.encode(charset) for name in told)) == told


@pytest.mark.parametrize("name", ["Brückenprüfung.txt", "Ängelholm.txt", "Málaga à côté.txt"])
def test_western_names_stay_in_the_charset_of_the_first_program(name: str) -> None:
    """Words of two scripts would be no words."""
    assert names(name.encode("cp437", "replace")) == [
        name.encode("cp437", "replace").decode("cp437")
    ]


def test_a_name_with_the_flag_is_what_it_says() -> None:
    """Beside one without it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("Причал.txt", "")
        archive.writestr("pier.txt", "")
    members = zipfile.ZipFile(stream).infolist()

    assert list(map(name_reader(members), members)) == ["Причал.txt", "pier.txt"]
