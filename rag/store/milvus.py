"""The one owner of pymilvus: the collections that a shared index lies in, and calls that wait.

Of Milvus only what its clusters and Milvus Lite both have is used: whole numbers as keys, a vector
of float32 by inner product, a sparse one by inner product, text. Ranking is ours.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from rag.error_words import reason
from rag.errors import ConfigError, RagError
from rag.store.blocks import LONGEST

T = TypeVar("T")
_REFUSED = re.compile(r"unauthenticated|permission[ _]den|privilege|auth check|invalid token", re.I)
_AWAY = re.compile(
    r"unavailable|connect|deadline|time(?:d )?out|not loaded|released|resource[ _]exhausted", re.I
)
SCHEME = "milvus+"
MOST = 16_384  # rows of one search or query: more is refused by Milvus
EXACT_BELOW = 1_000_000  # passages; from that on their vectors are found by HNSW
PATIENCE = 120.0  # seconds that a call waits for a server that does not answer
PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds between two tries; the last goes on
MEANING, WORDS = "meaning", "words"  # the two vectors of a passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a shared index is: ``milvus+http(s)://HOST:PORT/NAME``."""

    server: str
    name: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.server}/{self.name}"


def read_address(text: str) -> Address:
    """The address that somebody wrote.

    Raises:
        ConfigError: It is none.
    """
    try:
        parts = urlsplit(text)
        name = parts.path.strip("/")
        told = parts.hostname and (parts.port or True)
        whole = not (parts.query or parts.fragment or "@" in parts.netloc)
    except ValueError:
        told = whole = False
        name = ""
    letters = name.isascii() and name.isidentifier() and len(name) <= 200
    if not (told and whole and letters and parts.scheme in {"milvus+http", "milvus+https"}):
        raise ConfigError(
            f"`store` cannot be {'that: it has a password' if '@' in text else repr(text)}",
            hint="write milvus+http://HOST:19530/NAME, the name of letters, digits and _;"
            " a user and a password or a token go into MILVUS_TOKEN",
        )
    server = f"{parts.scheme.removeprefix(SCHEME)}://{parts.netloc.lower()}"
    return Address(server=server, name=name)


class Milvus:
    """The collections of one shared index.

    ``NAME``: its generations, each a row of JSON. ``NAME_blocks``: its files. The passages are in
    the collection that the generation names.
    """

    def __init__(self, address: Address, *, token: str, patience: float = PATIENCE) -> None:
        self.address = address
        self._token = token
        self._patience = patience
        self._client: Any = None

    # --- calls ------------------------------------------------------------------------------------

    def call(self, do: Callable[[Any], T], *, collection: str = "") -> T:
        """What a call of the client gives; one that the server did not answer is made again.

        Every call of ours may be made twice: what is written has a key of its own.

        Args:
            do: The call.
            collection: That it searches or reads: a server that was started again must be told to
                load it.

        Raises:
            ConfigError: pymilvus is not installed, or the server wants another token.
            RagError: The server refuses it, or has not answered for so long.
        """
        try:
            from grpc import RpcError
            from pymilvus import MilvusException
        except ImportError as error:
            raise ConfigError(
                "a shared index needs the package pymilvus", hint='pip install "rag[milvus]"'
            ) from error
        until = time.monotonic() + self._patience
        pauses = iter(PAUSES)
        pause = 0.0
        while True:
            try:
                if self._client is None:
                    self._client = self._connected()
                return do(self._client)
            except (MilvusException, RpcError, OSError) as error:
                if not _passes(error) or time.monotonic() > until:
                    raise self._failure(error) from error
                if collection and "load" in reason(error) and self._loaded(collection):
                    continue
                self._forget()
            pause = next(pauses, pause)
            time.sleep(pause)

    def _loaded(self, collection: str) -> bool:
        """Have the server load a collection; whether it did."""
        from pymilvus import MilvusException

        try:
            self._client.load_collection(collection)
        except MilvusException:
            return False
        return True

    def _connected(self) -> Any:
        from pymilvus import MilvusClient

        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what fails is said by us
        return MilvusClient(uri=self.address.server, token=self._token, timeout=10)

    def _forget(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _failure(self, error: Exception) -> RagError:
        what = reason(error)
        if _REFUSED.search(what):
            return ConfigError(
                f"{self.address.server} does not let us in: {what}",
                hint="set MILVUS_TOKEN to a token, or to USER:PASSWORD",
            )
        return RagError(
            f"the store at {self.address.server} failed: {what}",
            hint="check that Milvus runs there, and that `store` is its address",
        )

    def close(self) -> None:
        """End the connection."""
        self._forget()

    # --- collections ------------------------------------------------------------------------------

    @property
    def blocks(self) -> str:
        """Name of the collection of the files' blocks."""
        return f"{self.address.name}_blocks"

    def has(self, collection: str) -> bool:
        """Whether there is a collection."""
        return bool(self.call(lambda client: client.has_collection(collection)))

    def make_texts(self, collection: str) -> None:
        """Make a collection of texts by key, where there is none."""
        from pymilvus import DataType

        def make(client: Any) -> None:
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=64)
            schema.add_field("text", DataType.VARCHAR, max_length=LONGEST)
            schema.add_field("none", DataType.FLOAT_VECTOR, dim=2)  # Milvus wants one
            params = client.prepare_index_params()
            params.add_index("none", index_type="FLAT", metric_type="IP")
            _create(client, collection, schema, params)

        self.call(make)

    def make_passages(self, collection: str, *, dimension: int, count: int) -> None:
        """Make a collection of passages, where there is none."""
        from pymilvus import DataType

        def make(client: Any) -> None:
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("key", DataType.INT64, is_primary=True)
            schema.add_field(MEANING, DataType.FLOAT_VECTOR, dim=dimension)
            schema.add_field(WORDS, DataType.SPARSE_FLOAT_VECTOR)
            params = client.prepare_index_params()
            kind = "FLAT" if count < EXACT_BELOW else "HNSW"
            params.add_index(MEANING, index_type=kind, metric_type="IP")
            params.add_index(WORDS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            _create(client, collection, schema, params)

        self.call(make)

    def drop(self, collection: str) -> None:
        """Remove a collection, if it is there."""
        if self.has(collection):
            self.call(lambda client: client.drop_collection(collection))

    def passage_collections(self) -> list[str]:
        """The collections of passages of this index, those of a load that was not ended too."""
        names: list[str] = self.call(lambda client: client.list_collections())
        ours = re.compile(rf"{self.address.name}_passages_[0-9a-f]{{12}}")
        return sorted(one for one in names if ours.fullmatch(one))

    # --- rows -------------------------------------------------------------------------------------

    def write(self, collection: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows; one whose key is there takes its place."""
        if rows:
            self.call(lambda client: client.upsert(collection, list(rows)), collection=collection)

    def delete(self, collection: str, keys: Sequence[int] | Sequence[str]) -> None:
        """Remove the rows with these keys."""

        def delete(client: Any) -> None:
            for start in range(0, len(keys), MOST // 2):
                client.delete(collection, ids=list(keys[start : start + MOST // 2]))

        self.call(delete, collection=collection)

    def texts(self, collection: str, keys: Sequence[str]) -> dict[str, str]:
        """The texts with these keys, as far as they are there."""
        if not keys:
            return {}
        rows = self.call(
            lambda client: client.get(
                collection, ids=list(keys), output_fields=["text"], consistency_level="Strong"
            ),
            collection=collection,
        )
        return {row["key"]: row["text"] for row in rows}

    def known(self, collection: str, keys: Sequence[int] | Sequence[str]) -> set[Any]:
        """Of these keys, those that are there."""
        if not keys:
            return set()
        rows = self.call(
            lambda client: client.query(
                collection,
                filter=f"key in {json.dumps(list(keys))}",
                output_fields=["key"],
                limit=len(keys),
                consistency_level="Strong",
            ),
            collection=collection,
        )
        return {row["key"] for row in rows}

    def count(self, collection: str) -> int:
        """How many rows there are."""
        [row] = self.call(
            lambda client: client.query(
                collection, filter="", output_fields=["count(*)"], consistency_level="Strong"
            ),
            collection=collection,
        )
        return int(row["count(*)"])

    def keys(self, collection: str) -> set[Any]:
        """The keys of all rows."""
        return self.call(lambda client: _all_keys(client, collection), collection=collection)

    def nearest(
        self, collection: str, field: str, vector: Any, *, k: int, keys: Sequence[int] = ()
    ) -> list[tuple[int, float]]:
        """The ``k`` rows with the highest inner product: key and product, best first.

        Args:
            collection: Of passages.
            field: `MEANING` or `WORDS`.
            vector: As that field has it.
            k: At most this many.
            keys: Only rows with these keys; all of them when empty.
        """
        [hits] = self.call(
            lambda client: client.search(
                collection,
                data=[vector],
                anns_field=field,
                limit=k,
                filter=f"key in {json.dumps(list(keys))}" if keys else "",
                output_fields=["key"],
                search_params={"metric_type": "IP", "params": {"ef": max(64, 2 * k)}},
                consistency_level="Strong",
            ),
            collection=collection,
        )
        return [(int(hit["key"]), float(hit["distance"])) for hit in hits]


def _all_keys(client: Any, collection: str) -> set[Any]:
    """All keys, page by page: a query gives no more than `MOST` rows, in no order."""
    pages = client.query_iterator(
        collection, filter="", output_fields=["key"], batch_size=MOST // 2
    )
    found: set[Any] = set()
    try:
        while page := pages.next():
            found.update(row["key"] for row in page)
    finally:
        pages.close()
    return found


def _create(client: Any, collection: str, schema: Any, params: Any) -> None:
    """Make a collection that can be searched, also where a process was ended half-way."""
    if not client.has_collection(collection):
        client.create_collection(collection, schema=schema, consistency_level="Strong")
    if not client.list_indexes(collection):
        client.create_index(collection, params)
    client.load_collection(collection)


def _passes(error: Exception) -> bool:
    """Whether a call that failed so may succeed later: the server is away, or not ready."""
    return isinstance(error, OSError) or bool(_AWAY.search(reason(error)))
