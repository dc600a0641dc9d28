"""Interventions: forced answers and changed deliveries of requests."""

from dataclasses import dataclass, replace

from mock_server.messages import NORMAL_DELIVERY, Delivery, Headers, Response

MAX_DELAY = 60.0
"""The maximum delay in seconds."""

NO_ANSWER = Response(0, (), b"", Delivery(drop=True))
"""A placeholder for the answer of a dropped connection."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """An answer in place of the mock's own, if any, and the delivery of the answer.

    `why` names the cause; `headers` are added to any answer; `note` says what could not be done.
    """

    why: str
    answer: Response | None = None
    delivery: Delivery = NORMAL_DELIVERY
    headers: Headers = ()
    note: str = ""

    @property
    def is_forced(self) -> bool:
        """Return whether the mock is not called, so that nothing changes."""
        return self.answer is not None or self.delivery.drop

    def deliver(self, response: Response) -> Response:
        """Return a response with the delivery and the headers added."""
        return replace(response, delivery=self.delivery, headers=(*self.headers, *response.headers))

    def force(self) -> Response:
        """Return the answer in place of the mock's own."""
        return self.deliver(self.answer or NO_ANSWER)
