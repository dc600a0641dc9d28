"""Decide the fate of a request that does not simply go its way."""

from dataclasses import dataclass, replace

from mock_server.messages import NORMAL_DELIVERY, Delivery, Headers, Response

MAX_DELAY = 60.0
"""The longest delay in seconds that is carried out."""

NO_ANSWER = Response(0, (), b"", Delivery(drop=True))
"""The stand-in for the answer of a dropped connection."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """The fate of a request: an answer in the place of the mock's own, if any, and how it is delivered.

    `why` names what asked for it; `headers` are added to whatever is answered; `note` says what could not be done.
    """

    why: str
    answer: Response | None = None
    delivery: Delivery = NORMAL_DELIVERY
    headers: Headers = ()
    note: str = ""

    @property
    def is_forced(self) -> bool:
        """Tell if the mock is left unasked, so that nothing changes."""
        return self.answer is not None or self.delivery.drop

    def deliver(self, response: Response) -> Response:
        """Return a response as it is to be delivered."""
        return replace(response, delivery=self.delivery, headers=(*self.headers, *response.headers))

    def force(self) -> Response:
        """Return the answer that stands in the place of the mock's own."""
        return self.deliver(self.answer or NO_ANSWER)
