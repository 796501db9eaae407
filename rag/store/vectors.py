"""The vectors of the passages: FAISS finds the nearest. They can be made again from SQLite.

Few vectors are all compared. Many are first parted into cells around centres (inverted file: Sivic
and Zisserman 2003), and only the nearest cells are compared: `bench/million.py` measures what that
finds and what it takes. The numbers are float16 in both, and a product is the same in both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.error_words import reason
from rag.store.parts import SPARE, Within
from rag.store.reading import unread

if TYPE_CHECKING:
    from rag.models.embedder import Matrix

CELLS_FROM = 250_000  # rows; fewer are compared within 20 ms on one core
LEARNED = 64  # rows of a cell that its centre is learned from
ROUNDS = 10  # of k-means
PROBED = 0.06  # share of the cells that are compared
# Share of the passages from which on a part is found by searching all further down: passing over
# rows costs FAISS more than that.
BROAD = 0.85


class Vectors:
    """The opened vectors of the passages; a row's place is its id."""

    def __init__(self, path: Path) -> None:
        import faiss

        wrapped: Any = faiss
        try:
            # Mapped: only what a search reads comes from the disk, and processes share it.
            self._index = wrapped.read_index(str(path), wrapped.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise unread(f"the vectors in {path}", reason(error)) from error
        self.cells = int(getattr(self._index, "nlist", 0))  # 0: all rows are compared

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: Matrix, *, k: int, within: Within | None = None) -> dict[int, float]:
        """The ``k`` rows with the highest inner product with a (d,) vector: id -> product.

        Args:
            vector: The vector.
            k: At most this many; all that there are, where there are fewer.
            within: Only rows of this part.
        """
        count = within.count if within else len(self)
        if not count:
            return {}
        import faiss
        import numpy as np

        if within is None:
            return self._found(vector, k, min(k, count))
        inside = np.frombuffer(within.passages, dtype=np.uint8)
        share = count / len(self)
        if share >= BROAD:
            depth = min(int(SPARE * k / share), len(self))
            found = self._found(vector, k, depth, inside=inside)
            if len(found) == min(k, count):
                return found
        wrapped: Any = faiss  # its stubs do not know what its Python wrappers take
        bits = np.packbits(inside, bitorder="little")
        part = wrapped.IDSelectorBitmap(bits)
        found = self._found(vector, k, min(k, count), part=part, share=share)
        if len(found) < min(k, count):  # its cells are not those that were looked into
            found = self._found(vector, k, min(k, count), part=part, share=0.0)
        return found

    def _found(
        self,
        vector: Matrix,
        k: int,
        depth: int,
        *,
        inside: Any = None,
        part: Any = None,
        share: float = 1.0,
    ) -> dict[int, float]:
        """The first ``k`` of the best ``depth`` rows, or of those that are inside of a part.

        So many more cells are compared as fewer of their rows belong to the part.
        """
        params = self._params(part, share)
        [scores], [ids] = self._index.search(vector.reshape(1, -1), depth, params=params)
        wanted = ids >= 0 if inside is None else (ids >= 0) & (inside[ids] == 1)
        found = sorted(zip((-scores[wanted][:k]).tolist(), ids[wanted][:k].tolist(), strict=True))
        return {id: -score for score, id in found}

    def _params(self, part: Any, share: float) -> Any:
        import faiss

        wrapped: Any = faiss
        if self.cells:
            probed = self.cells if share <= PROBED else math.ceil(PROBED * self.cells / share)
            return wrapped.SearchParametersIVF(sel=part, nprobe=probed)
        return wrapped.SearchParameters(sel=part) if part else None

    def rows(self, ids: Sequence[int]) -> Matrix:
        """(n, d): the rows with these ids."""
        import numpy as np

        if self.cells:
            self._index.make_direct_map()
        found: Matrix = self._index.reconstruct_batch(np.asarray(ids, dtype=np.int64))
        return found


def write_vectors(
    blocks: Callable[[int], Iterator[bytes]], *, count: int, dimension: int, path: Path
) -> None:
    """Write rows as a file that `Vectors` opens.

    FAISS keeps them as they come, in float16, at half the size of float32 and nothing lost; a
    product is still exact, summed up in float32.

    Args:
        blocks: Gives every n-th row of ``dimension`` numbers, little-endian float16, one after
            another.
        count: How many rows there are.
        dimension: Of a row.
        path: Of the file.

    Raises:
        OSError: It could not be written.
    """
    import faiss

    wrapped: Any = faiss
    half, product = wrapped.ScalarQuantizer.QT_fp16, wrapped.METRIC_INNER_PRODUCT
    if count < CELLS_FROM:
        index = wrapped.IndexScalarQuantizer(dimension, half, product)
        for block in blocks(1):
            index.add_sa_codes(_bytes(block).reshape(-1, 2 * dimension))
    else:
        cells = math.isqrt(count)
        centres = wrapped.IndexFlatIP(dimension)
        index = wrapped.IndexIVFScalarQuantizer(centres, dimension, cells, half, product, False)
        index.cp.niter = ROUNDS
        index.cp.max_points_per_centroid = LEARNED
        index.train(_floats(b"".join(blocks(max(1, count // (LEARNED * cells)))), dimension))
        for block in blocks(1):
            index.add(_floats(block, dimension))
    try:
        wrapped.write_index(index, str(path))
    except RuntimeError as error:  # FAISS's word for a failed write
        raise OSError(f"{path} could not be written") from error


def _bytes(block: bytes) -> Any:
    import numpy as np

    return np.frombuffer(block, dtype=np.uint8)


def _floats(block: bytes, dimension: int) -> Matrix:
    import numpy as np

    rows: Matrix = np.frombuffer(block, dtype="<f2").reshape(-1, dimension).astype(np.float32)
    return rows
