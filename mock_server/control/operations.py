"""The operations of the control API, each a verb of `Control` or a look at the middleware."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from mock_server.contract.contract import CONTROL_DOCUMENT
from mock_server.contract.profile import shipped_profiles
from mock_server.contract.yaml_files import as_mapping, read_document
from mock_server.control.serializers import (
    show_account,
    show_exchange,
    show_milestones,
    show_projects,
    show_whole_exchange,
)
from mock_server.control.service import Control, ControlError
from mock_server.messages import Response
from mock_server.recording.har import write_har
from mock_server.recording.search import contains, split_words
from mock_server.responses import reply_file, reply_json
from mock_server.scenarios.loader import shipped_names
from mock_server.simulation.faults import Fault

MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A call of an operation: what stands in the path and the query, and the body, which fits its schema."""

    control: Control
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    origin: str

    @property
    def key(self) -> str:
        """The key of the account in the path."""
        return self.path["key"]

    @property
    def only_key(self) -> str | None:
        """The key in the query, if there is one."""
        return self.query.get("key")

    @property
    def only_account(self) -> str | None:
        """The name under which exchanges of the key in the query are recorded, if there is one."""
        key = self.only_key
        return self.control.middleware.name_recorded(key) if key is not None else None

    def number(self, name: str) -> int:
        """Return a number in the path; what is none is never found."""
        return read_number(self.path[name], -1)

    def account(self, status: int = 200) -> Response:
        """Answer the account in the path as it is now."""
        return reply_json(show_account(self.key, self.control.account(self.key)), status)


def read_number(text: str, otherwise: int) -> int:
    """Return a whole number in digits, or something else where there is none or a huge one."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else otherwise


def read_instant(text: str) -> datetime:
    """Return an instant; raises ControlError for those before the year 1, which the schema lets pass."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ControlError("The clock cannot show that time.", 422) from error


def get_health(_call: ControlCall) -> Response:
    """Tell that the mock answers."""
    return reply_json({"status": "ok", "version": version("milestones-conformance")})


def get_metrics(call: ControlCall) -> Response:
    """Answer the figures in the text format of Prometheus."""
    middleware = call.control.middleware
    figures = middleware.metrics.write(len(call.control.opened()), len(middleware.recorder))
    return reply_file(figures, "text/plain; version=0.0.4; charset=utf-8")


def get_status(call: ControlCall) -> Response:
    """Answer how the mock is set up, and what it offers."""
    middleware = call.control.middleware
    operations = [
        {
            "id": operation.id,
            "method": operation.method,
            "path": operation.path,
            "statuses": list(middleware.documented_responses.statuses(operation.id)),
        }
        for operation in middleware.contract.operations.values()
    ]
    return reply_json(
        {
            "version": version("milestones-conformance"),
            "base_path": middleware.contract.base_path,
            "validation": middleware.settings.validation,
            "upstream": middleware.upstream is not None,
            "scenario": middleware.app.scenario.name,
            "scenarios": list(shipped_names()),
            "profiles": list(shipped_profiles()),
            "operations": operations,
        }
    )


def get_control_contract(_call: ControlCall) -> Response:
    """Answer the control API's own document."""
    return reply_json(as_mapping(read_document(CONTROL_DOCUMENT)))


def get_contract(call: ControlCall) -> Response:
    """Answer the contract that the mock answers from."""
    return reply_json(as_mapping(read_document(call.control.middleware.contract.path)))


def list_rules(call: ControlCall) -> Response:
    """Answer the requirements and open points of the contract."""
    rules = call.control.middleware.documented_responses.rules.values()
    return reply_json({"data": [rule.as_json() for rule in rules]})


def list_accounts(call: ControlCall) -> Response:
    """Answer the accounts that have been opened."""
    return reply_json({"data": [show_account(key, account) for key, account in call.control.opened().items()]})


def get_account(call: ControlCall) -> Response:
    """Answer an account in figures."""
    return call.account()


def get_state(call: ControlCall) -> Response:
    """Answer all that an account holds."""
    return reply_json(call.control.state(call.key))


def set_state(call: ControlCall) -> Response:
    """Load a scenario into an account."""
    call.control.load(call.key, call.body["scenario"] if "scenario" in call.body else call.body["content"])
    return call.account()


def reset_account(call: ControlCall) -> Response:
    """Let an account be as it began."""
    call.control.reset(call.key)
    return call.account()


def list_account_projects(call: ControlCall) -> Response:
    """Answer the projects of an account in short."""
    return reply_json({"data": show_projects(call.control, call.key)})


def list_project_milestones(call: ControlCall) -> Response:
    """Answer all milestones of a project in short."""
    return reply_json({"data": show_milestones(call.control, call.key, call.number("id"))})


def get_clock(call: ControlCall) -> Response:
    """Answer what the clock of an account shows."""
    clock = call.control.account(call.key).clock
    return reply_json({"now": clock.now, "frozen": clock.frozen})


def set_clock(call: ControlCall) -> Response:
    """Set, advance, freeze or thaw the clock of an account."""
    now, advance = call.body.get("now"), call.body.get("advance")
    call.control.set_clock(
        call.key,
        now=read_instant(now) if now is not None else None,
        advance=timedelta(seconds=advance) if advance is not None else None,
        frozen=call.body.get("frozen"),
    )
    return get_clock(call)


def get_profile(call: ControlCall) -> Response:
    """Answer the choices that an account shows."""
    return reply_json({"choices": call.control.profile(call.key).choices})


def set_profile(call: ControlCall) -> Response:
    """Give an account choices of its own."""
    call.control.set_profile(call.key, call.body.get("profile", ""), call.body.get("choices"))
    return get_profile(call)


def clear_profile(call: ControlCall) -> Response:
    """Let an account have the choices of the mock again."""
    call.control.clear_profile(call.key)
    return get_profile(call)


def list_snapshots(call: ControlCall) -> Response:
    """Answer the names of an account's snapshots."""
    return reply_json({"data": list(call.control.snapshots(call.key))})


def take_snapshot(call: ControlCall) -> Response:
    """Keep what an account holds now."""
    call.control.snapshot(call.key, call.path["name"])
    return call.account()


def delete_snapshot(call: ControlCall) -> Response:
    """Forget a snapshot."""
    call.control.forget(call.key, call.path["name"])
    return call.account()


def restore_snapshot(call: ControlCall) -> Response:
    """Let an account be as it was when a snapshot was taken."""
    call.control.restore(call.key, call.path["name"])
    return call.account()


def list_requests(call: ControlCall) -> Response:
    """Answer the recorded requests in short, all or those in which words occur."""
    after = read_number(call.query.get("after", ""), 0)
    words = split_words(call.query.get("search", ""))
    recorder, explainer = call.control.middleware.recorder, call.control.middleware.explainer
    # Read first: what is cleared meanwhile shows at the next look.
    since = recorder.since
    exchanges = [
        show_exchange(exchange)
        for exchange in recorder.read(after, call.only_account)
        if not words or contains(exchange, words, explainer)
    ]
    return reply_json({"data": exchanges, "last": recorder.last, "since": since})


def clear_requests(call: ControlCall) -> Response:
    """Forget the recorded requests."""
    return reply_json({"cleared": call.control.middleware.recorder.clear(call.only_account)})


def export_har(call: ControlCall) -> Response:
    """Answer the recorded requests as an HTTP archive."""
    return reply_json(write_har(call.control.middleware.recorder.read(key=call.only_account), call.origin))


def export_recorded_scenario(call: ControlCall) -> Response:
    """Answer a scenario of what the recorded answers show."""
    return reply_json(call.control.recorded(call.only_account))


def get_request(call: ControlCall) -> Response:
    """Answer a recorded request with its answer, and why it was so."""
    exchange = call.control.middleware.recorder.find(call.number("number"))
    if exchange is None:
        raise ControlError(f"The request {call.path['number']} is not recorded, or no longer.")
    return reply_json(show_whole_exchange(call.control, exchange, call.origin))


def list_faults(call: ControlCall) -> Response:
    """Answer the standing rules."""
    return reply_json({"data": [fault.as_json() for fault in call.control.middleware.faults]})


def add_fault(call: ControlCall) -> Response:
    """Let requests fail from now on."""
    return reply_json(call.control.middleware.faults.add(Fault.read(call.body)).as_json(), 201)


def clear_faults(call: ControlCall) -> Response:
    """Drop all rules, or those of one account."""
    return reply_json({"cleared": call.control.middleware.faults.clear(call.only_key)})


def delete_fault(call: ControlCall) -> Response:
    """Drop a rule."""
    if not call.control.middleware.faults.remove(call.number("id")):
        raise ControlError(f"There is no rule {call.path['id']}.")
    return reply_json({})


OPERATIONS: Mapping[str, Callable[[ControlCall], Response]] = {
    "getHealth": get_health,
    "getMetrics": get_metrics,
    "getStatus": get_status,
    "getControlContract": get_control_contract,
    "getContract": get_contract,
    "listRules": list_rules,
    "listAccounts": list_accounts,
    "getAccount": get_account,
    "getState": get_state,
    "setState": set_state,
    "resetAccount": reset_account,
    "listAccountProjects": list_account_projects,
    "listProjectMilestones": list_project_milestones,
    "getClock": get_clock,
    "setClock": set_clock,
    "getProfile": get_profile,
    "setProfile": set_profile,
    "clearProfile": clear_profile,
    "listSnapshots": list_snapshots,
    "takeSnapshot": take_snapshot,
    "deleteSnapshot": delete_snapshot,
    "restoreSnapshot": restore_snapshot,
    "listRequests": list_requests,
    "clearRequests": clear_requests,
    "exportHar": export_har,
    "exportRecordedScenario": export_recorded_scenario,
    "getRequest": get_request,
    "listFaults": list_faults,
    "addFault": add_fault,
    "clearFaults": clear_faults,
    "deleteFault": delete_fault,
}
"""Every operation of `control.yaml`, by its id."""
