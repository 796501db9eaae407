"""What is packed: the files of an archive (.zip), and the one in a .gz, within the limits."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from rag.limits import MEGABYTE, Limits
from rag.load.archive import open_archive, read_member
from rag.load.extract_result import Unreadable
from rag.load.zip_names import name_reader

_FOREIGN = "__MACOSX"  # the folder in which a Mac packs what is no file


def members(data: bytes, limits: Limits) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The files of an archive, in its order: the path of each in it, and what reads it.

    Hidden ones are passed over, as in a folder. A path that leads out of the archive is cut, and of
    two of one path the second gets a number.

    Raises:
        Unreadable: It is damaged, or unpacks to more than is reasonable.
    """
    archive = open_archive(data, limits, kind="ZIP")
    taken: set[str] = set()
    found = archive.infolist()
    name_of = name_reader(found)
    for member in found:
        steps = [step for step in name_of(member).replace("\\", "/").split("/") if step]
        if member.is_dir() or not steps or _FOREIGN in steps:
            continue
        steps = [step for step in steps if step not in (".", "..")]
        if not steps or any(step.startswith(".") for step in steps):
            continue
        path = "/".join(steps)
        name, count = path, 1
        while name in taken:
            count += 1
            folder, slash, last = path.rpartition("/")
            name = f"{folder}{slash}{count}-{last}"
        taken.add(name)
        yield name, partial(_unpacked, archive, member, limits)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> bytes:
    if member.file_size > limits.file_megabytes * MEGABYTE:
        raise Unreadable(f"is larger than {limits.file_megabytes:,} MB: raise file_megabytes")
    data = read_member(archive, member, kind="ZIP")
    if not data:
        raise Unreadable("empty")
    return data


def gunzip(data: bytes, limits: Limits) -> bytes:
    """The file in a .gz.

    Raises:
        Unreadable: It is damaged, or unpacks to more than is reasonable.
    """
    most = min(limits.archive_megabytes * MEGABYTE, limits.archive_ratio * len(data))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            found = stream.read(most + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise Unreadable("damaged GZ") from error
    if len(found) <= most:
        if not found:
            raise Unreadable("empty")
        return found
    if most == limits.archive_megabytes * MEGABYTE:
        raise Unreadable(
            f"unpacks to more than {limits.archive_megabytes:,} MB: raise archive_megabytes"
        )
    raise Unreadable(
        f"unpacks to more than {limits.archive_ratio:,} times its size: raise archive_ratio"
    )
