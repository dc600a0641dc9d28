"""Judge a deployment of the Milestones API: requirement → property → exchanges → verdict → reports.

A map of the room, bottom up; a line imports only from the lines above it (import-linter holds it):

- `exchange`: a request and its answer.
- `target` under test.
- `contract` (`openapi.yaml`), `options` of a run, `records` (milestones and tasks in answers).
- `http/`: the transport, retries, and a client with one method per operation.
- `results/`: verdicts, the collector of violations and obstacles, passive checks, waivers, coverage, comparison.
  `sandbox/`: the guard before every write, the journal, shared projects, discovery, the embedded mock.
  `generation/`: strategies for inputs, and the oracle that predicts answers.
- `reproduction/`: violations as programs of calls: derived, replayed, minimised, written as shell scripts.
- `context/`: the fixtures and inputs that a property is given.
- `properties/`: one module per verb; each property judges requirements. `probes/`: the same for open points.
- `reports/`: terminal, JSON, HTML, JUnit.
- `runner/`: the scheduler, and the runners of properties and probes.
- `session`: a run from its options to its report, with clean-up.
  `fleet/`: many deployments as one, each checked by the suite's own command. `history/`: what changed from run to run.
- `leftovers`: removes what earlier runs left behind.
- `commands/`: configuration, and a module for each command of `milestones-check`.
- `cli` (`milestones-check`) and `pytest_plugin/` with `test_requirements` (`pytest --pyargs conformance`).
"""
