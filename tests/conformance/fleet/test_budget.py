"""Deployments on one host or address share a budget of runs and requests."""

from conformance.fleet.budget import Allowance, HostBudgets, Politeness
from conformance.fleet.deployment import Deployment
from conformance.fleet.keys import KeyKind, KeySource

KEY = KeySource(KeyKind.ENVIRONMENT, ["KEY"])
ADDRESSES = {"a.example": {"10.0.0.1"}, "b.example": {"10.0.0.1", "10.0.0.2"}, "c.example": {"10.0.0.2"}}


def lookup(host: str) -> frozenset[str]:
    """Resolve host names as a name server does."""
    return frozenset(ADDRESSES.get(host, ()))


def fleet(*hosts: str) -> list[Deployment]:
    return [Deployment(f"{number}-{host}", f"https://{host}/api", KEY) for number, host in enumerate(hosts)]


def admitted(budget: HostBudgets) -> list[Deployment]:
    return [deployment for deployment, _ in budget.admit()]


def test_a_host_gets_no_more_runs_at_once_than_it_allows() -> None:
    budget = HostBudgets(fleet("x.example", "x.example", "X.example", "y.example"), Politeness(Allowance(2, 0)), lookup)

    first = admitted(budget)
    assert sorted(deployment.name for deployment in first) == ["0-x.example", "1-x.example", "3-y.example"]
    assert admitted(budget) == []
    budget.release(first[0])
    assert [deployment.name for deployment in admitted(budget)] == ["2-X.example"]
    assert budget.waiting == 0


def test_hosts_that_share_an_address_share_a_budget_also_by_way_of_a_third() -> None:
    budget = HostBudgets(fleet("a.example", "c.example", "b.example", "d.example"), Politeness(Allowance(1, 0)), lookup)

    assert len(admitted(budget)) == 2


def test_hosts_that_no_dns_names_share_a_budget_by_the_addresses_that_they_are_given() -> None:
    given = {"resolve": ["new.example:443:10.0.0.1", "other.example:443:10.0.0.9"]}
    new = Deployment("new", "https://New.example/api", KEY, options=given)
    budget = HostBudgets([new, *fleet("a.example", "d.example")], Politeness(Allowance(1, 0)), lookup)

    assert [deployment.name for deployment in admitted(budget)] == ["new", "1-d.example"]


def test_all_runs_at_once_stay_within_the_requests_a_second_of_a_host() -> None:
    budget = HostBudgets(fleet(*["x.example"] * 9), Politeness(Allowance(4, 20.0)), lookup)

    assert [rate for _, rate in budget.admit()] == [5.0] * 4


def test_a_host_with_fewer_deployments_than_runs_divides_its_requests_among_those() -> None:
    budget = HostBudgets(fleet("x.example", "x.example"), Politeness(Allowance(4, 20.0)), lookup)

    assert [rate for _, rate in budget.admit()] == [10.0] * 2


def test_a_single_host_may_have_a_budget_of_its_own() -> None:
    politeness = Politeness(Allowance(4, 0), {"x.example": Allowance(1, 2.0)})
    budget = HostBudgets(fleet("x.example", "x.example", "y.example"), politeness, lookup)

    assert sorted((deployment.name, rate) for deployment, rate in budget.admit()) == [
        ("0-x.example", 2.0),
        ("2-y.example", 0.0),
    ]


def test_a_run_keeps_its_own_bound_where_that_is_lower() -> None:
    deployment = Deployment("a", "http://a/api", KEY, options={"rate": 3, "depth": "quick"})

    assert "--rate=2.0" in deployment.arguments(2.0)
    assert "--rate=3.0" in deployment.arguments(0.0)
    assert "--rate=3.0" in deployment.arguments(9.0)
