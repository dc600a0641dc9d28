"""The gate: says what a change of the contract or of a deployment breaks for clients, and how sure that is.

Two ways lead to a verdict:

- from two contracts: `notation` (YAML and JSON) → `document` (nodes, references, `revisions` of git) → `contract`
  (operations; `wire` and `writing`: what they take and answer; `access`: where and by which key; `promised`: its rules)
  → `changes/` (by `schemas/`: is one schema contained in another?) → `verdict`;
- from a deployment: `runs/` (the suite as a command, its report, baselines) → `verdict`.

`linting/` looks at one contract by itself, by way of `walking` and `examples`. `commands/` puts each command together,
`reports/` writes a verdict down, and `cli` and `process` are the command line and how it ends.
"""
