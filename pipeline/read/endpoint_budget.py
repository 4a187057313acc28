"""What asking an endpoint costs: counted by the server's word where it gives one, else estimated; never beyond the budget knowingly."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from pipeline.errors import IncompleteError
from pipeline.settings import EndpointParams

MILLION = 1_000_000


@dataclass(frozen=True)
class Estimate:
    """Requests, tokens, and their cost in the currency of the prices."""

    requests: int
    tokens_in: int
    tokens_out: int
    cost: float


def cost(settings: EndpointParams, tokens_in: int, tokens_out: int) -> float:
    """What so many tokens cost, in the currency of the prices."""
    return (tokens_in * settings.price_in + tokens_out * settings.price_out) / MILLION


class Budget:
    """What was spent, and whether one request more is within read.endpoint's max_requests and max_cost.

    Every request counts, those that failed too. A request's cost is not known before it is made: it is expected to be the
    estimate (`Prompt.tokens`), times what earlier requests cost for each unit estimated, where that was more than one.
    """

    def __init__(self, settings: EndpointParams) -> None:
        self._settings = settings
        self.requests = self.tokens_in = self.tokens_out = 0
        #: requests whose tokens are estimated, because the server did not count them
        self.estimated = 0
        self._guessed = 0.0

    @property
    def cost(self) -> float:
        """Spent until now."""
        return cost(self._settings, self.tokens_in, self.tokens_out)

    def take(self, guess: tuple[int, int]) -> None:
        """Count a request that is about to be made; `guess`: its estimated tokens (in, out).

        Raises IncompleteError where it would go beyond the budget; then it must not be made.
        """
        settings = self._settings
        if settings.max_requests and self.requests + 1 > settings.max_requests:
            raise IncompleteError(
                f"read.endpoint.max_requests ({settings.max_requests:,}) is reached. What was answered is kept: "
                "run it again to go on, or raise it (params.yaml)."
            )
        dearer = max(1.0, self.cost / self._guessed) if self._guessed else 1.0
        expected = cost(settings, *guess) * dearer
        if settings.max_cost and self.cost + expected > settings.max_cost:
            raise IncompleteError(
                f"{self.cost:.4g} is spent, and the next request may cost {expected:.4g}: beyond read.endpoint.max_cost "
                f"({settings.max_cost:g}). What was answered is kept: run it again to go on, or raise it (params.yaml)."
            )
        self.requests += 1

    def spent(self, guess: tuple[int, int], counted: tuple[int, int] | None) -> None:
        """Book an answered request, by the server's count where there is one; `guess`: what was estimated."""
        tokens_in, tokens_out = counted or guess
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.estimated += counted is None
        self._guessed += cost(self._settings, *guess)


@functools.cache
def budget_of(settings: EndpointParams) -> Budget:
    """The budget of this run: one for all who ask by the same settings (each task and codebook has an Endpoint of its own)."""
    return Budget(settings)
