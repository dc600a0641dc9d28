"""A stateful mock of the Milestones API, answering from the contract in `openapi.yaml`.

A map of the room, bottom up; a package imports only from those above it:

- `messages`, `errors`, `responses`: a request, a response and a refusal as values; the JSON envelope, pages and files
- `contract/`: `openapi.yaml` and its cache, profiles of open points, documented responses
- `storage/`: the state of an account: tables, indexes, sorted views, a clock
- `accounts`: API keys and the accounts that they open
- `requests/`: routing, decoding, validation and leniency, up to typed arguments; CORS
- `recording/`: the record of exchanges, and logs, metrics, archives and explanations made of it
- `operations/`: the operations of the API with the rules of milestones, projects, tasks and comments
- `scenarios/`: the initial state of an account, its import and export
- `app`, `response_validation`: the API as a whole, and an independent check of its answers
- `simulation/`: faults, `Prefer`, repair of invalid requests, an upstream
- `http/`: the server, and the mock as an ASGI application
- `control/`: the control API, the pages, and the handler for all that a mock serves
- `factory`, `reload`: create a mock, and reload its scenario and contract when their files change
- `client/`, `testing/`: drive a mock by command or in Python tests
- `cli`: the command `milestones-mock`

A request: `http/server` → `control/root` → `simulation/middleware` → `app` → `accounts` → `requests/router` →
`requests/parameters` → an operation → `responses`.
"""
