"""Parse the Prefer header. Implements: RFC 7240, with `code`, `example` and `wait`."""

from mock_server.contract.documented_responses import ExampleResponses
from mock_server.messages import NORMAL_DELIVERY, Delivery, Headers
from mock_server.simulation.intervention import MAX_DELAY, Intervention


def preferred_intervention(header: str, operation: str, examples: ExampleResponses) -> Intervention | None:
    """Return the intervention that a Prefer header requests, or None if it has no known preference.

    Preferences that cannot be applied are ignored, as the RFC says, and noted.
    """
    preferences = read_preferences(header)
    applied: list[str] = []
    notes: list[str] = []
    answer, delivery = None, NORMAL_DELIVERY
    if "wait" in preferences:
        delay = _read_number(preferences["wait"])
        if delay is None:
            notes.append(f"wait={preferences['wait']} is not a number of seconds.")
        else:
            delivery = Delivery(min(delay, MAX_DELAY))
            applied.append(f"wait={preferences['wait']}")
    if "code" in preferences:
        code, example = preferences["code"], preferences.get("example", "")
        status = int(code) if code.isdecimal() else 0
        answer = examples.build(operation, status, example)
        if answer is None:
            notes.append(examples.explain(operation, status, example))
        else:
            applied.append(f"code={code}" + (f", example={example}" if example else ""))
    if not applied and not notes:
        return None
    headers: Headers = (("Preference-Applied", ", ".join(applied)),) if applied else ()
    return Intervention(f"Prefer: {header}" if applied else "", answer, delivery, headers, " ".join(notes))


def read_preferences(header: str) -> dict[str, str]:
    """Return the preferences of a header by name; the first of a name counts. Implements: RFC 7240, 2."""
    preferences: dict[str, str] = {}
    for preference in header.split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        preferences.setdefault(name.strip().lower(), value.strip().strip('"'))
    return preferences


def _read_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
