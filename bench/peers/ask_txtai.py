"""txtai: its RAG pipeline over a hybrid index of paragraphs that is kept on disk.

Its defaults: three passages, and one reference for the whole answer, which it finds by searching
the passages for the answer. It has no prompt of its own.
"""

from __future__ import annotations

from txtai import RAG, Embeddings
from txtai.pipeline import Segmentation

from peers.peer import ANSWER, CONTEXT, THREADS, Ask, Files, Passage, Said, main

TEMPLATE = """Answer the question from the context alone. If the context does not answer it, say so.

Context: {context}

Question: {question}"""


def build(files: Files) -> None:
    """Index the paragraphs of all articles; the id of one begins with the name of its article."""
    paragraphs = Segmentation(paragraphs=True)
    rows = [
        (f"{files.name(article)}#{number}", text)
        for article in sorted(files.articles.rglob("*.txt"))
        for number, text in enumerate(paragraphs(article.read_text(encoding="utf-8")))
    ]
    embeddings = Embeddings(path=str(files.embedder), hybrid=True, content=True)
    embeddings.index(rows)
    embeddings.save(str(files.index))


def open_index(files: Files) -> Ask:
    """Load index and models."""
    embeddings = Embeddings()
    embeddings.load(str(files.index))
    pipeline = RAG(
        embeddings,
        str(files.model),
        template=TEMPLATE,
        output="reference",
        n_ctx=CONTEXT,
        n_threads=THREADS,
    )

    def ask(question: str) -> Said:
        answer = pipeline(question, maxlength=ANSWER, temperature=0.0)
        reference = answer["reference"]
        found = embeddings.search(
            "select text from txtai where id = :id", parameters={"id": reference}
        )
        passages = tuple(
            Passage(path=reference.rpartition("#")[0], text=row["text"]) for row in found
        )
        return Said(text=answer["answer"], passages=passages, marked=False)

    return ask


if __name__ == "__main__":
    main(build, open_index)
