"""The answers of one replay, and the values of a program's templates in it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from conformance.reproduction.answers import Answer
from conformance.reproduction.program import Label, Part, Prerequisite, Ref, Template

UNDECIDED = frozenset({408, 429, 502, 503, 504})
"""Statuses from a gateway or a rate limit, which say nothing about the deployment."""

CONTENT = frozenset({"data", "meta"})
"""The members of a success that have its content."""


class Missing(Exception):
    """A needed answer did not come, or says nothing about the deployment."""


@dataclass(frozen=True)
class Trace:
    """The answers to the steps of a program, by number; the titles of its projects; the records it refers to.

    `unsent` are the steps that could not be sent; answers after them prove nothing.
    """

    answers: Mapping[int, Answer]
    labels: Mapping[int, str]
    prerequisites: Mapping[str, int]
    unsent: AbstractSet[int] = frozenset()

    def text(self, template: Template) -> str:
        """Fill in a template. Raises Missing if a referenced answer is not available."""
        return "".join(self._part(part) for part in template)

    def answer(self, step: int) -> Answer:
        """Return the answer to a step. Raises Missing."""
        answer = self.answers.get(step)
        if answer is None or answer.exchange.status is None:
            raise Missing(f"call {step} has no answer")
        return answer

    def telling(self, step: int) -> Answer:
        """Return the answer to a step if the deployment itself gave it. Raises Missing."""
        answer = self.answer(step)
        if answer.exchange.status in UNDECIDED:
            raise Missing(f"call {step} was answered with {answer.exchange.status}")
        return answer

    def granted(self, step: int, path: str = "data") -> Answer:
        """Return the answer to a step if it may have content at a path: a refusal has no data. Raises Missing."""
        answer = self.telling(step)
        if answer.exchange.refused and path.partition(".")[0].partition("[")[0] in CONTENT:
            raise Missing(f"call {step} was refused with {answer.exchange.status}")
        return answer

    def _part(self, part: Part) -> str:
        match part:
            case str():
                return part
            case Ref():
                leaf = self.answer(part.step).at(part.path)
                if not leaf.text or leaf.type in ("null", "array", "object"):
                    raise Missing(f"{part.path} is not in the answer to call {part.step}")
                return part.of(leaf.text)
            case Label():
                if part.number not in self.labels:
                    raise Missing(f"project {part.number} was not made")
                return self.labels[part.number]
            case Prerequisite():
                if part.name not in self.prerequisites:
                    raise Missing(f"there is no {part.name}")
                return str(self.prerequisites[part.name])
