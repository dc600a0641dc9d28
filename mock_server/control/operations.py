"""The operations of the control API; each calls a method of `Control` or reads from the middleware."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib.metadata import version

from mock_server.contract.contract import CONTROL_DOCUMENT
from mock_server.contract.profile import shipped_profiles
from mock_server.contract.yaml_files import as_mapping, read_document
from mock_server.control.call import ControlCall, read_instant
from mock_server.control.recorded_requests import (
    clear_requests,
    export_har,
    export_recorded_scenario,
    get_request,
    list_requests,
)
from mock_server.control.serializers import show_account, show_milestones, show_projects
from mock_server.control.service import ControlError
from mock_server.messages import Response
from mock_server.responses import reply_file, reply_json
from mock_server.scenarios.loader import shipped_names
from mock_server.simulation.faults import Fault


def get_health(_call: ControlCall) -> Response:
    """Return that the mock is running."""
    return reply_json({"status": "ok", "version": version("milestones-conformance")})


def get_metrics(call: ControlCall) -> Response:
    """Return the metrics in the text format of Prometheus."""
    middleware = call.control.middleware
    figures = middleware.metrics.write(len(call.control.opened()), len(middleware.recorder))
    return reply_file(figures, "text/plain; version=0.0.4; charset=utf-8")


def get_status(call: ControlCall) -> Response:
    """Return the settings of the mock, and its scenarios, profiles and operations."""
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
    """Return the control API's own document."""
    return reply_json(as_mapping(read_document(CONTROL_DOCUMENT)))


def get_contract(call: ControlCall) -> Response:
    """Return the contract that the mock serves."""
    return reply_json(as_mapping(read_document(call.control.middleware.contract.path)))


def list_rules(call: ControlCall) -> Response:
    """Return the requirements and open points of the contract."""
    rules = call.control.middleware.documented_responses.rules.values()
    return reply_json({"data": [rule.as_json() for rule in rules]})


def list_accounts(call: ControlCall) -> Response:
    """Return a summary of each open account."""
    return reply_json({"data": [show_account(key, account) for key, account in call.control.opened().items()]})


def get_account(call: ControlCall) -> Response:
    """Return a summary of an account."""
    return call.account()


def get_state(call: ControlCall) -> Response:
    """Return the content of an account."""
    return reply_json(call.control.state(call.key))


def set_state(call: ControlCall) -> Response:
    """Load a scenario into an account."""
    call.control.load(call.key, call.body["scenario"] if "scenario" in call.body else call.body["content"])
    return call.account()


def reset_account(call: ControlCall) -> Response:
    """Restore the initial state of an account."""
    call.control.reset(call.key)
    return call.account()


def list_account_projects(call: ControlCall) -> Response:
    """Return a summary of each project of an account."""
    return reply_json({"data": show_projects(call.control, call.key)})


def list_project_milestones(call: ControlCall) -> Response:
    """Return a summary of each milestone of a project."""
    return reply_json({"data": show_milestones(call.control, call.key, call.number("id"))})


def get_clock(call: ControlCall) -> Response:
    """Return the clock of an account."""
    clock = call.control.account(call.key).clock
    return reply_json({"now": clock.now, "frozen": clock.frozen})


def set_clock(call: ControlCall) -> Response:
    """Set, advance, freeze or unfreeze the clock of an account."""
    now, advance = call.body.get("now"), call.body.get("advance")
    call.control.set_clock(
        call.key,
        now=read_instant(now) if now is not None else None,
        advance=timedelta(seconds=advance) if advance is not None else None,
        frozen=call.body.get("frozen"),
    )
    return get_clock(call)


def get_profile(call: ControlCall) -> Response:
    """Return the choices that apply to an account."""
    return reply_json({"choices": call.control.profile(call.key).choices})


def set_profile(call: ControlCall) -> Response:
    """Set the choices of an account."""
    call.control.set_profile(call.key, call.body.get("profile", ""), call.body.get("choices"))
    return get_profile(call)


def clear_profile(call: ControlCall) -> Response:
    """Restore the mock's choices for an account."""
    call.control.clear_profile(call.key)
    return get_profile(call)


def list_snapshots(call: ControlCall) -> Response:
    """Return the names of an account's snapshots."""
    return reply_json({"data": list(call.control.snapshots(call.key))})


def take_snapshot(call: ControlCall) -> Response:
    """Store the current state of an account under a name."""
    call.control.snapshot(call.key, call.path["name"])
    return call.account()


def delete_snapshot(call: ControlCall) -> Response:
    """Delete a snapshot."""
    call.control.forget(call.key, call.path["name"])
    return call.account()


def restore_snapshot(call: ControlCall) -> Response:
    """Restore the state of an account from a snapshot."""
    call.control.restore(call.key, call.path["name"])
    return call.account()


def list_faults(call: ControlCall) -> Response:
    """Return the faults."""
    return reply_json({"data": [fault.as_json() for fault in call.control.middleware.faults]})


def add_fault(call: ControlCall) -> Response:
    """Add a fault."""
    return reply_json(call.control.middleware.faults.add(Fault.read(call.body)).as_json(), 201)


def clear_faults(call: ControlCall) -> Response:
    """Remove all faults, or those of one account."""
    return reply_json({"cleared": call.control.middleware.faults.clear(call.only_key)})


def delete_fault(call: ControlCall) -> Response:
    """Remove a fault."""
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
