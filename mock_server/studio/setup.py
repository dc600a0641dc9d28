"""Puts a mock together from what a command line or a test asks for."""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mock_server.app import App
from mock_server.auth import Account
from mock_server.contract import Contract, load_contract
from mock_server.messages import Handler
from mock_server.objects import counted_tasks, milestone_object, project_object, task_object
from mock_server.profile import Profile, load_profile
from mock_server.scenarios import load_scenario
from mock_server.studio.access import Access
from mock_server.studio.answers import Answers
from mock_server.studio.desk import Desk
from mock_server.studio.faults_file import load_faults
from mock_server.studio.log import LogFormat, open_log
from mock_server.studio.recording import MAX_EXCHANGES
from mock_server.studio.studio import Settings, Studio, Validation


class SetupError(ValueError):
    """A setup that makes no mock, said for people."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a mock is to be; names are those of shipped files or paths."""

    scenario: str = "default"
    profile: str = "default"
    contract_path: Path | None = None
    keys: Collection[str] = ()
    faults_path: Path | None = None
    validation: Validation = "strict"
    validate_answers: bool = False
    upstream: str = ""
    record: int = MAX_EXCHANGES
    log: LogFormat | None = None
    token: str = ""
    is_open: bool = True


@functools.cache
def shipped_contract() -> Contract:
    """Return the contract that comes with the mock, read once; raises DocumentError."""
    return load_contract()


def open_desk(setup: Setup) -> Desk:
    """Return a mock with all around it; raises DocumentError, ProfileError, FaultError and SetupError."""
    contract = load_contract(setup.contract_path) if setup.contract_path else shipped_contract()
    profile = load_profile(contract, setup.profile)
    app = App(contract, scenario=load_scenario(setup.scenario), profile=profile, keys=setup.keys)
    studio = Studio(
        app,
        contract,
        handler=_check_answers(app, contract) if setup.validate_answers else None,
        upstream=_forward(setup.upstream, contract) if setup.upstream else None,
        settings=Settings(setup.validation, setup.record),
        log=open_log(setup.log) if setup.log else None,
    )
    if setup.faults_path is not None:
        studio.faults.add_all(load_faults(setup.faults_path))
    return Desk(studio, Access(setup.token, setup.is_open))


def _check_answers(app: App, contract: Contract) -> Handler:
    # Imported late: it is slow, and few ask for it.
    from mock_server.second_opinion import SecondOpinion

    return SecondOpinion(app, contract)


def _forward(url: str, contract: Contract) -> Handler:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SetupError(f"{url} is no base URL. Give one such as https://crm.example.com/api.")
    # Imported late, too.
    from mock_server.studio.upstream import Upstream

    return Upstream(url, contract.base_path)


def reload_scenario(desk: Desk, name: str) -> None:
    """Read the scenario anew and let every account begin again; raises DocumentError, and then nothing changes."""
    scenario = load_scenario(name)
    app = desk.studio.app
    with app.lock:
        app.scenario = scenario
        for key in app.accounts.opened():
            app.accounts.reset(key)


def reload_contract(desk: Desk) -> list[str]:
    """Read the contract anew; return the keys of the accounts whose content does not fit it, and that began again.

    Raises DocumentError, and then nothing changes. Choices that the new contract does not know fall back to its own.
    """
    studio = desk.studio
    contract = load_contract(studio.contract.path)
    studio.app.adopt(contract, keep_choices(contract, studio.app.profile))
    studio.adopt(studio.app, contract)
    unfit = []
    with studio.app.lock:
        for key, account in studio.app.accounts.opened().items():
            if account.profile is not None:
                account.profile = keep_choices(contract, account.profile)
            if not fits(account, studio.app.profile, studio.answers):
                studio.app.accounts.reset(key)
                unfit.append(key)
    return unfit


def keep_choices(contract: Contract, profile: Profile) -> Profile:
    """Return the choices of a profile that a contract knows, under its own defaults."""
    points = contract.open_points
    known = {point: choice for point, choice in profile.choices.items() if point in points}
    return Profile.of(contract, {point: choice for point, choice in known.items() if choice in points[point].choices})


def fits(account: Account, profile: Profile, answers: Answers) -> bool:
    """Tell whether all that an account holds can be answered under a contract."""
    store = account.store
    count = counted_tasks(store, profile).count
    shown = [("getMilestone", milestone_object(row, count(row.id))) for row in store.milestones]
    shown += [("getProject", project_object(store, row)) for row in store.projects]
    shown += [("getTask", task_object(store, row)) for row in store.tasks]
    for operation, data in shown:
        answer = answers.find(operation, 200)
        if answer and answer.validator and not answer.validator.is_valid({"data": data, "message": ""}):
            return False
    return True
