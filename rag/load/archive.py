"""Archives (ZIP), and the many formats that are packed in one, within the limits for a file."""

from __future__ import annotations

import io
import zipfile
import zlib

from rag.limits import MEGABYTE, Limits
from rag.load.extract_result import Unreadable

# Where a part of an archive is missing or odd, a library fails anywhere in its own code.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,  # so are errors of XML
)


def open_archive(data: bytes, limits: Limits, *, kind: str) -> zipfile.ZipFile:
    """Open an archive, unless it would unpack to too much.

    Args:
        data: The whole file.
        limits: For the number of its members, and the size of all together.
        kind: What messages call it: "DOCX".

    Raises:
        Unreadable: It is damaged, or larger than is reasonable.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(f"damaged {kind}") from error
    _check_sizes([member.file_size for member in archive.infolist()], len(data), limits)
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, kind: str) -> bytes:
    """The bytes of one member.

    Raises:
        Unreadable: They are damaged or encrypted, or packed in an unusual way.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable(f"damaged {kind}")  # the formats that we read allow no other
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError) as error:
        raise Unreadable(f"damaged {kind}") from error
    except RuntimeError as error:  # how zipfile asks for a password
        raise Unreadable(f"encrypted {kind}") from error


def read_named(archive: zipfile.ZipFile, name: str, *, kind: str) -> bytes:
    """The bytes of a member that has to be there.

    Raises:
        Unreadable: It is missing, damaged or encrypted.
    """
    try:
        member = archive.getinfo(name)
    except KeyError as error:
        raise Unreadable(f"damaged {kind}") from error
    return read_member(archive, member, kind=kind)


def _check_sizes(sizes: list[int], packed: int, limits: Limits) -> None:
    """Refuse what would unpack to too much, by the sizes that the archive states.

    They can be relied on: ``zipfile`` unpacks no more of a member than it states.
    """
    if len(sizes) > limits.archive_members:
        raise Unreadable(f"has more than {limits.archive_members:,} parts: raise archive_members")
    if sum(sizes) > limits.archive_megabytes * MEGABYTE:
        most = limits.archive_megabytes
        raise Unreadable(f"unpacks to more than {most:,} MB: raise archive_megabytes")
    if sum(sizes) > limits.archive_ratio * packed:
        most = limits.archive_ratio
        raise Unreadable(f"unpacks to more than {most:,} times its size: raise archive_ratio")
