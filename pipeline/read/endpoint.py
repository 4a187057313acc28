"""A model behind an endpoint that speaks OpenAI's protocol (`/chat/completions`): Ollama or vLLM on this machine, or a service.

Comments are asked about several at a time. What comes back is validated; a comment whose answer does not hold is asked about again, alone,
and told of in the error if that does not help. Servers differ in what they take: the answer's form is asked for as a JSON schema, else as any
JSON, else in words alone, and `seed` and `temperature` are left out where they are refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import StandpuntError
from pipeline.read import endpoint_reply as replies
from pipeline.read.endpoint_budget import Budget, Estimate, budget_of, cost
from pipeline.read.endpoint_http import REFUSED, Client, completions_url, now
from pipeline.read.endpoint_reply import Readings, RefusedAnswerError
from pipeline.read.models import BLAME, TONE, Answer, Question
from pipeline.read.prompt import Prompt, Shown, grouped
from pipeline.settings import Codebook, Params

#: Part of every model's name: raise it where the data message or the reading of an answer changes.
VERSION = 1
FORMATS = ("json_schema", "json_object", "none")


class RefusedRequestError(StandpuntError):
    """The server does not take this request, in whatever form."""


@dataclass(frozen=True)
class Manner:
    """What a request asks of the server beside the answer itself."""

    form: str = FORMATS[0]
    seed: bool = True
    temperature: bool = True

    def less(self, said: str) -> Manner | None:
        """What to try where this is refused with the words `said`; None where nothing is left to leave out."""
        if self.seed and "seed" in said:
            return replace(self, seed=False)
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        if self.form != FORMATS[-1]:
            return replace(self, form=FORMATS[FORMATS.index(self.form) + 1])
        return replace(self, seed=False) if self.seed else None


def estimate(questions: Sequence[Question], codebook: Codebook, params: Params, gold: Sequence[Shown] = ()) -> Estimate:
    """What asking all `questions` would take if every answer held at once. Asks nothing."""
    settings = params.read.endpoint
    prompt = Prompt.of(codebook, gold, settings.examples)
    groups = list(grouped(questions, settings.comments_per_request))
    tokens = [prompt.tokens(group) for group in groups]
    tokens_in, tokens_out = sum(t for t, _ in tokens), sum(t for _, t in tokens)
    return Estimate(len(groups), tokens_in, tokens_out, cost(settings, tokens_in, tokens_out))


class Endpoint:
    """See models.Model.

    `gold`: labelled comments (`prompt.from_gold`), of which read.endpoint.examples go into the prompt beside the codebook's own.
    `budget`: what may be spent; by default one for all endpoints of this process with the same settings.
    Raises UsageError for an address that is none.
    """

    tells: frozenset[str] = frozenset({BLAME, TONE})

    def __init__(
        self,
        model: str,
        codebook: Codebook,
        params: Params,
        gold: Sequence[Shown] = (),
        *,
        budget: Budget | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], dt.datetime] = now,
    ) -> None:
        settings = params.read.endpoint
        self._model, self._parties, self._seed = model, codebook.party_ids, params.seed
        self._most, self._retries = settings.comments_per_request, settings.retries
        self._prompt = Prompt.of(codebook, gold, settings.examples)
        self._client = Client(settings.url, settings.request_seconds, settings.retries, sleep, clock)
        self._manner = Manner()
        self.budget = budget or budget_of(settings)
        #: quotes that were no span of their comment, and were left out
        self.no_span = 0
        self.name = f"openai:{model}@{self._digest(codebook, settings.url)}"

    def _digest(self, codebook: Codebook, url: str) -> str:
        """16 hex digits of everything but the question that an answer depends on, the server included."""
        parts = {
            "version": VERSION,
            "url": completions_url(url).geturl(),
            "system": self._prompt.system,
            "schema": self._prompt.schema,
            "codebook": codebook.model_dump(mode="json"),
            "seed": self._seed,
            "comments_per_request": self._most,
            "clip": replies.CLIP,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def answer(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """See models.Model. Raises IncompleteError where the budget ends or the endpoint keeps failing."""
        for group in grouped(questions, self._most):
            try:
                found = self._ask(group)
            except (RefusedAnswerError, RefusedRequestError) as error:
                if len(group) == 1 and isinstance(error, RefusedRequestError):
                    raise self._given_up(group[0], str(error)) from error
                fault = error if isinstance(error, RefusedAnswerError) else RefusedAnswerError("", str(error))
                found = Readings(faults=dict.fromkeys(range(len(group)), fault))
            for index, question in enumerate(group):
                yield found.answers[index] if index in found.answers else self._alone(question, found.faults[index])

    def _alone(self, question: Question, fault: RefusedAnswerError) -> Answer:
        """Ask again about one comment whose answer did not hold, and say what was wrong with it."""
        for _ in range(self._retries):
            try:
                found = self._ask([question], fault.complaint)
            except RefusedAnswerError as error:
                fault = error
            except RefusedRequestError as error:
                raise self._given_up(question, str(error)) from error
            else:
                if 0 in found.answers:
                    return found.answers[0]
                fault = found.faults[0]
        raise self._given_up(question, f"the answer cannot be used: {fault}")

    def _given_up(self, question: Question, why: str) -> StandpuntError:
        start = " ".join(question.text.split())[:60]
        return StandpuntError(
            f"{self._model} at {self._client.place} has no answer to the comment that begins {start!r}: {why}. "
            "What was answered before is kept. Try another model, or fewer comments_per_request (params.yaml)."
        )

    def _ask(self, group: Sequence[Question], complaint: str = "") -> Readings:
        """One request. Raises RefusedAnswerError for an answer that cannot be used as a whole."""
        body = self._send(self._prompt.messages(group, complaint), self._prompt.tokens(group))
        if body is None:
            raise RefusedAnswerError(replies.TOO_LARGE)
        found = replies.read_answer(replies.content_of(body), group, self._parties)
        self.no_span += found.no_span
        return found

    def _send(self, messages: list[dict[str, str]], guess: tuple[int, int]) -> bytes | None:
        """The body of a reply (None: too large), in the fullest manner that the server takes; that is remembered."""
        manner: Manner | None = self._manner
        refusal = ""
        while manner is not None:
            reply = self._client.post(
                self._request(messages, manner),
                before=lambda: self.budget.take(guess),
                lost=lambda: self.budget.spent(guess, None),
            )
            if reply.status not in REFUSED:
                self._manner = manner
                self.budget.spent(guess, replies.usage_of(reply.body or b""))
                return reply.body
            refusal = f"{self._client.place} refuses the request ({reply.status}{self._client.said(reply)})"
            manner = manner.less(refusal) if reply.status != 413 else None
        raise RefusedRequestError(refusal)

    def _request(self, messages: list[dict[str, str]], manner: Manner) -> dict[str, object]:
        body: dict[str, object] = {"model": self._model, "messages": messages, "stream": False}
        if manner.temperature:
            body["temperature"] = 0
        if manner.seed:
            body["seed"] = self._seed
        if manner.form == "json_schema":
            named = {"name": "labels", "strict": True, "schema": self._prompt.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        elif manner.form == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body
