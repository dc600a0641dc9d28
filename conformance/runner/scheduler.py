"""Decide in which order, how often and how many at once the properties of a run are tried."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from math import inf

from conformance.http.request import OutOfRequests
from conformance.properties.registry import Property
from conformance.results.verdict import Judgement
from conformance.runner.hypothesis_runner import PropertyRunner
from conformance.runner.run import Run

Progress = Callable[[Property], None]


class Scheduler:
    """The properties of a run, and which of them have been tried."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._progress: Progress = lambda _: None
        self._tried: set[str] = set()
        self._exhausted = False
        self.seconds: defaultdict[str, float] = defaultdict(float)
        """The time that judging each requirement took."""

    def run_all(self, progress: Progress = lambda _: None) -> None:
        """Try every property of the plan; with a budget, repeat that with other inputs until it is used up."""
        self._progress = progress
        started = time.monotonic()
        self._run_all_once(salt=0, deadline=inf)
        deadline = started + self._run.options.budget
        self._run.transport.end_pauses(deadline)
        for salt in count(1):
            if time.monotonic() >= deadline or self._exhausted:
                break
            self._run_all_once(salt=salt, deadline=deadline)
        self._run.transport.end_pauses(inf)

    def judge(self, requirement: str) -> Judgement:
        """Return the verdict on a requirement, after trying the properties that judge it and were not tried yet."""
        for tested in self._run.plan:
            if requirement in tested.judges and tested.name not in self._tried:
                self._try(tested, 0, inf)
        return self._run.judgement(requirement)

    def _run_all_once(self, salt: int, deadline: float) -> None:
        """Try each property once; those that run last start when all others have ended."""
        for last in (False, True):
            chosen = [tested for tested in self._run.plan if tested.run_last is last]
            if self._run.options.jobs == 1:
                for tested in chosen:
                    self._try(tested, salt, deadline)
            else:
                self._run_concurrently(chosen, salt, deadline)

    def _run_concurrently(self, chosen: Sequence[Property], salt: int, deadline: float) -> None:
        with ThreadPoolExecutor(self._run.options.jobs) as pool:
            started = [pool.submit(self._try, tested, salt, deadline) for tested in chosen]
            try:
                for future in started:
                    future.result()
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _try(self, tested: Property, salt: int, deadline: float) -> None:
        if self._exhausted or time.monotonic() > deadline:
            return
        if salt == 0:
            self._progress(tested)
        self._tried.add(tested.name)
        began = time.monotonic()
        try:
            PropertyRunner(self._run, salt=salt, deadline=deadline).explore(tested)
        except OutOfRequests:
            self._exhausted = True
            reason = f"the run may send {self._run.options.limits.max_requests} requests and has sent them"
            self._run.results.record_obstacle(self._run.results.selected, f"{reason}; raise --max-requests")
        finally:
            self._share_time(tested, time.monotonic() - began)
        self._end_at_outage()
        self._end_at_violation()

    def _share_time(self, tested: Property, seconds: float) -> None:
        """Divide the time of a property among the requirements it judges."""
        judged = self._run.results.selected & set(tested.judges)
        for requirement in judged:
            self.seconds[requirement] += seconds / len(judged)

    def _end_at_violation(self) -> None:
        levels = {self._run.contract.requirements[requirement].level for requirement in self._run.results.evidence}
        if not self._exhausted and levels & set(self._run.options.stop_at):
            self._exhausted = True
            self._run.results.record_obstacle(
                self._run.results.selected, "--fail-fast ended the run at the first violation"
            )

    def _end_at_outage(self) -> None:
        if self._run.transport.outage:
            self._exhausted = True
            self._run.results.record_obstacle(self._run.results.selected, self._run.transport.outage)
