"""CI gate: reports what a change of the contract or of a deployment breaks for clients, and how certain that is.

Packages, bottom up; a line imports only from lines above it:

- `errors`: what ends a command without a verdict
- `source/`: YAML and JSON files with positions, `$ref`s, revisions of git
- `subschema/`: is every instance of one schema an instance of another?
- `openapi/`: operations, messages, serialization, security, servers, requirements
- `verdict`: findings, severities, exit codes
- `runs/`, `reports/`: the suite as a command, and its report; a verdict as files
- `diff/`: two contracts against each other
- `commands/`, `exit_handling`: each command; exit codes, whatever happens
- `cli`: the command line

Two contracts: load (`source/`) → model (`openapi/`) → compare (`diff/` by `subschema/`) → verdict → `reports/`.
A deployment: run the suite (`runs/`) → compare → verdict → `reports/`.
"""
