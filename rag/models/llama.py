"""A GGUF file run in this process by llama.cpp. The only importer of llama_cpp.

The chat markup is tokenised with control tokens, everything that a person or an article wrote
without: text that spells ``<|im_end|>`` stays text and ends nobody's turn.
"""

from __future__ import annotations

import codecs
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.cost import Tokens
from rag.errors import ModelError, Stopped
from rag.models.prompts import Prompt
from rag.stop import Stop

CPU = Path("/proc/cpuinfo")
BATCH = 512  # prompt tokens evaluated at once
# Turns of a thread that waits for the others, before it sleeps. By default it goes on for
# milliseconds at each of thousands of barriers: beside a busy process on two cores, checking five
# sentences took 7 to 9 s so, and at times over 60 s; with this 6 to 7 s. With nothing else running
# both take 3.7 s; with 100 turns 3.8 s, with 30 more than 4.4 s.
WAITING = "300"


@contextmanager
def without_amx(library: Any) -> Iterator[None]:
    """Keep llama.cpp from packing the weights that it loads for Intel's AMX.

    Its code for these tiles ends many processes with a general protection fault at the first
    token, on virtual machines above all (ggml-org/llama.cpp issue 20824), and weights that are not
    packed for it never reach it. `Llama` has no parameter for this, so its defaults are changed
    meanwhile. Other processors keep what packing gives them.

    Args:
        library: llama_cpp.
    """
    if not _has_amx():
        yield
        return
    defaults = library.llama_cpp.llama_model_default_params

    def unpacked() -> Any:
        params = defaults()
        params.use_extra_bufts = False
        return params

    library.llama_cpp.llama_model_default_params = unpacked
    try:
        yield
    finally:
        library.llama_cpp.llama_model_default_params = defaults


def _has_amx() -> bool:
    """Whether this processor multiplies matrices in tiles."""
    try:
        return "amx_int8" in CPU.read_text(encoding="utf-8", errors="replace")
    except OSError:  # no Linux: there llama.cpp does not use AMX
        return False


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, made into tokens by itself."""

    text: str
    most: int  # tokens; the rest is left out


class LocalModel:
    """A loaded GGUF.

    Attributes:
        name: File name without its ending.
        tokens: What the last answer took.
    """

    def __init__(
        self,
        path: Path,
        *,
        context: int,
        threads: int,
        adapter: Path | None = None,
        stop: Stop | None = None,
    ) -> None:
        """Load a model.

        Args:
            path: A GGUF file.
            context: Tokens that prompt and answer may have together.
            threads: Processor threads; 0 for all.
            adapter: A GGUF of low-rank adapters, trained for this model, to put beside its weights.
            stop: Ends the answer, also while the model computes.

        Raises:
            ModelError: llama-cpp-python is not installed, or the file is no GGUF it can load.
        """
        os.environ.setdefault("GOMP_SPINCOUNT", WAITING)  # is read when OpenMP is loaded
        try:
            import llama_cpp
            from jinja2 import TemplateError
        except ImportError as error:
            raise ModelError(
                "llama-cpp-python is not installed",
                hint="pip install llama-cpp-python (or ask with --llm none)",
            ) from error
        self.name = path.stem
        self.tokens: Tokens | None = None
        self._library = llama_cpp
        count = threads or os.cpu_count() or 1
        # Writing waits for memory, not for arithmetic: threads beyond the physical cores only get
        # into each other's way, and badly so when something else runs.
        writing = threads or max(1, count // 2)
        try:
            with without_amx(llama_cpp):
                self._model = llama_cpp.Llama(
                    str(path),
                    n_ctx=context,
                    n_batch=BATCH,
                    n_threads=writing,
                    n_threads_batch=count,
                    lora_path=str(adapter) if adapter else None,
                    seed=0,
                    verbose=False,
                )
        except (ValueError, RuntimeError, OSError, TemplateError) as error:
            raise ModelError(
                f"{path} is damaged, or is not a GGUF model that llama.cpp can load",
                hint="download it again with `rag models pull`, or choose another with --llm",
            ) from error
        # What fails is raised; beside it, the library writes to stderr that an answer was stopped.
        logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL)
        # A question can be read for many seconds before its first token: between tokens alone, it
        # could not be ended then. The object must live as long as the model does.
        self._stop = stop or Stop()
        self._abort = _set_abort(llama_cpp, self._model.ctx, self._stop)

    def load(self) -> LocalModel:
        """It is loaded since it was made."""
        return self

    def fits(self, prompt: Prompt, *, tokens: int) -> bool:
        """Whether the prompt and an answer of ``tokens`` tokens fit into the context."""
        return len(self.tokenize(prompt)) + tokens <= int(self._model.n_ctx())

    def tokenize(self, prompt: Prompt) -> list[int]:
        """The prompt as tokens: control tokens only where the chat markup puts them."""
        tokens: list[int] = []
        for text, markup in self._pieces(prompt):
            tokens += self._model.tokenize(text.encode(), add_bos=False, special=markup)
        bos = int(self._model.token_bos())
        wants_bos = self._library.llama_vocab_get_add_bos(self._vocabulary)
        if wants_bos and bos >= 0 and tokens[:1] != [bos]:
            return [bos, *tokens]
        return tokens

    def _pieces(self, prompt: Prompt) -> list[tuple[str, bool]]:
        """The rendered chat as (text, is markup), by rendering place-holders and cutting there."""
        system, user = secrets.token_hex(16), secrets.token_hex(16)
        rendered = self._render(system, user)
        before, found_system, rest = rendered.partition(system)
        if not found_system:  # the template of this model has no place for a system message
            before, rest = "", rendered
        between, found_user, after = rest.partition(user)
        if not found_user:
            raise ModelError(
                f"the chat template of {self.name} drops the question", hint="choose another model"
            )
        words = prompt.user if found_system else f"{prompt.system}\n\n{prompt.user}"
        head = [(before, True), (prompt.system, False)] if found_system else []
        return [*head, (between, True), (words, False), (after, True)]

    def _render(self, system: str, user: str) -> str:
        template = self._model.metadata.get("tokenizer.chat_template")
        if template is None:
            return f"{system}\n\n{user}\n\n"
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        messages: list[Any] = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        refused: Exception | None = None
        for asked in (messages, messages[1:]):  # some templates refuse a system message
            try:
                formatter = Jinja2ChatFormatter(  # in a sandbox: the template is not trusted
                    template=template,
                    eos_token=self._piece(self._model.token_eos()),
                    bos_token=self._piece(self._model.token_bos()),
                )
                return str(formatter(messages=asked).prompt)
            except (TemplateError, ValueError) as error:  # ValueError: its raise_exception()
                refused = error
        raise ModelError(
            f"the chat template of {self.name} cannot be used: {refused}",
            hint="choose another model",
        )

    def _piece(self, token: int) -> str:
        if token < 0:
            return ""
        return bytes(self._model.detokenize([token], special=True)).decode(errors="replace")

    def stream(self, prompt: Prompt, *, grammar: str, tokens: int) -> Iterator[str]:
        """Pieces of the answer as they come; see `rag.models.generator.Generator.stream`."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        with _Grammar(self._library, self._vocabulary, grammar) as rules:
            # Nothing of an earlier question is reused: the same prompt must give the same answer,
            # and a cache filled in other steps gives slightly other numbers.
            self._model.reset()  # type: ignore[no-untyped-call]
            given = self.tokenize(prompt)
            self._evaluate(given)
            for written in range(tokens):
                self.tokens = Tokens(prompt=len(given), answer=written)
                token = rules.choose(self._logits())
                if self._library.llama_vocab_is_eog(self._vocabulary, token):
                    return
                yield decoder.decode(self._model.detokenize([token]))
                if written + 1 < tokens:
                    self._evaluate([token])
            self.tokens = Tokens(prompt=len(given), answer=tokens)

    def odds(
        self, begin: Sequence[Piece], endings: Sequence[Sequence[Piece]], *, of: tuple[str, str]
    ) -> list[float]:
        """How much likelier one word is than another after a text, for several endings of it.

        Args:
            begin: How all texts begin; read once.
            endings: How each goes on.
            of: The two words, of one token each.

        Returns:
            The difference of their logits after each ending.
        """
        one, other = (self._plain_tokens(word)[0] for word in of)
        self._model.reset()  # type: ignore[no-untyped-call]
        self._evaluate(self._cut(begin))
        there, found = self._model.n_tokens, []
        for ending in endings:
            self._model.n_tokens = there  # what an earlier ending left is forgotten
            self._evaluate(self._cut(ending))
            logits = self._logits()
            found.append(float(logits[one] - logits[other]))
        return found

    def _cut(self, pieces: Sequence[Piece]) -> list[int]:
        return [token for one in pieces for token in self._plain_tokens(one.text)[: one.most]]

    def _plain_tokens(self, text: str) -> list[int]:
        return list(self._model.tokenize(text.encode(), add_bos=False, special=False))

    def _evaluate(self, tokens: list[int]) -> None:
        try:
            self._model.eval(tokens)
        except (ValueError, RuntimeError) as error:
            if self._stop.is_set:
                raise Stopped("the answer was stopped") from error
            raise ModelError(
                f"{self.name} fails: {error}", hint="raise `llm_context`, or choose another model"
            ) from error

    @property
    def _vocabulary(self) -> Any:
        return self._library.llama_model_get_vocab(self._model.model)

    def _logits(self) -> Any:
        """(vocabulary,) float32 view of the last token's logits."""
        import numpy as np

        pointer = self._library.llama_get_logits_ith(self._model.ctx, -1)
        return np.ctypeslib.as_array(pointer, shape=(int(self._model.n_vocab()),))

    def close(self) -> None:
        """Give the model's memory back."""
        self._model.close()


def _set_abort(library: Any, context: Any, stop: Stop) -> Any:
    """Let a context give up as soon as a flag is set; the result must live as long as it does.

    llama.cpp asks before each of the hundreds of steps of a token. A function of Python would wait
    for Python's lock each time, up to milliseconds where other threads are busy. The length of the
    flag's C string says the same, and libc tells it without the lock.
    """
    import ctypes

    abort = ctypes.cast(ctypes.CDLL(None).strlen, library.ggml_abort_callback)
    library.llama_set_abort_callback(context, abort, ctypes.cast(stop.memory, ctypes.c_void_p))
    return abort


class _Grammar:
    """Greedy choice under a grammar.

    llama.cpp would test every token of the vocabulary at every step, which costs as much as the
    model itself. The likeliest token is nearly always allowed, so it alone is tested first.
    """

    def __init__(self, library: Any, vocabulary: Any, rules: str) -> None:
        self._library = library
        self._sampler = library.llama_sampler_init_grammar(vocabulary, rules.encode(), b"root")
        if not self._sampler:
            raise ValueError(f"not a grammar: {rules}")

    def __enter__(self) -> _Grammar:
        return self

    def __exit__(self, *error: object) -> None:
        self._library.llama_sampler_free(self._sampler)

    def choose(self, logits: Any) -> int:
        """The likeliest allowed token, which the grammar then moves past.

        Args:
            logits: (vocabulary,) float32.
        """
        import numpy as np

        best = int(np.argmax(logits))
        if not np.isfinite(self._allowed(np.array([best]), logits)[0]):
            best = int(np.argmax(self._allowed(np.arange(len(logits)), logits)))
        self._library.llama_sampler_accept(self._sampler, best)
        return best

    def _allowed(self, tokens: Any, logits: Any) -> Any:
        """Logits of some tokens, minus infinity for those that the grammar forbids here."""
        import ctypes

        import numpy as np

        entry = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        data = np.zeros(len(tokens), dtype=entry)
        data["id"], data["logit"] = tokens, logits[tokens]
        library = self._library
        candidates = library.llama_token_data_array(
            data=data.ctypes.data_as(ctypes.POINTER(library.llama_token_data)),
            size=len(data),
            selected=-1,
            sorted=False,
        )
        library.llama_sampler_apply(self._sampler, ctypes.byref(candidates))
        return data["logit"]
