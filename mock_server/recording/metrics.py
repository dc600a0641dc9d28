"""Metrics: count requests and their durations, and format the counts on demand."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from mock_server.recording.recorder import Exchange

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0)
"""The upper bounds of the histogram of durations, in seconds."""


class Metrics:
    """Counters of answered requests, by operation and status."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self.forced = 0
        self.complaints = 0
        self._durations = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def record(self, exchange: Exchange) -> None:
        """Count an answer."""
        self.answers[exchange.operation, exchange.response.status] += 1
        if exchange.forced:
            self.forced += 1
        if exchange.complaints:
            self.complaints += len(exchange.complaints)
        self._seconds += exchange.seconds
        self._durations[bisect_left(BUCKETS, exchange.seconds)] += 1

    def write(self, accounts: int, recorded: int) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        # Imported late: it is slow, and only needed here.
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.registry import Collector

        metrics = self

        class Figures(Collector):
            def collect(self) -> "Iterator[Metric]":
                return metrics.collect(accounts, recorded)

        registry = CollectorRegistry()
        registry.register(Figures())
        return generate_latest(registry)

    def collect(self, accounts: int, recorded: int) -> "Iterator[Metric]":
        """Yield every metric with its name and help."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        answers = CounterMetricFamily("milestones_mock_requests", "Requests answered.", labels=["operation", "status"])
        for (operation, status), count in sorted(self.answers.items()):
            answers.add_metric([operation or "none", str(status)], count)
        yield answers
        yield CounterMetricFamily("milestones_mock_forced_answers", "Answers forced by a fault.", self.forced)
        yield CounterMetricFamily("milestones_mock_complaints", "Breaches of the contract seen.", self.complaints)
        bounds = [*map(str, BUCKETS), "+Inf"]
        buckets = list(zip(bounds, accumulate(self._durations), strict=True))
        yield HistogramMetricFamily("milestones_mock_seconds", "Time to answer.", buckets, self._seconds)
        yield GaugeMetricFamily("milestones_mock_accounts", "Accounts opened.", accounts)
        yield GaugeMetricFamily("milestones_mock_recorded", "Exchanges kept.", recorded)
