"""The requests that wrk sends, as Lua scripts for it."""

import json
from dataclasses import dataclass
from itertools import chain

from benchmarks.yardstick.peers import MILESTONE, PROJECT

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Shot:
    """One kind of request; `%d` in its body becomes another number each time, and `share` is out of ten."""

    method: str
    path: str
    content_type: str = ""
    body: str = ""
    share: int = 10


GET = Shot("GET", f"/milestones/{MILESTONE}")
LIST = Shot("GET", f"/milestones?project_id={PROJECT}&limit=25&page=1&_limit=25&_page=1")
CREATE_FORM = Shot(
    "POST", "/milestones", FORM, f"milestone_projectid={PROJECT}&milestone_title=Phase%20%d&milestone_color=info"
)
CREATE_JSON = Shot(
    "POST",
    "/milestones",
    JSON,
    f'{{"milestone_projectid": {PROJECT}, "milestone_title": "Phase %d", "milestone_color": "info"}}',
)
PATCH = Shot(
    "PATCH", f"/milestones/{MILESTONE}", JSON, '{"milestone_title": "Renamed %d", "milestone_color": "success"}'
)


def reorder(ids: list[int], share: int) -> Shot:
    """Return a reorder of these milestones."""
    return Shot("PUT", "/milestones/positions", JSON, json.dumps({"milestones": ids}), share)


MIX = "mix 70/20/10"


def make_loads(ids: list[int]) -> dict[str, tuple[Shot, ...]]:
    """Return the loads by name; `ids` are the milestones to reorder."""
    mix = (
        Shot(GET.method, GET.path, share=7),
        Shot(LIST.method, LIST.path, share=2),
        Shot("POST", "/milestones", FORM, CREATE_FORM.body, share=1),
    )
    return {
        "get one": (GET,),
        "list 25": (LIST,),
        "create, form": (CREATE_FORM,),
        "create, JSON": (CREATE_JSON,),
        "patch": (PATCH,),
        # There and back, so that each request moves them.
        "reorder 25": (reorder(ids, share=5), reorder(ids[::-1], share=5)),
        MIX: mix,
    }


def write_script(shots: tuple[Shot, ...], base: str, key: str) -> str:
    """Return a script for wrk that sends these requests in turn."""
    turns = list(chain.from_iterable([place] * shot.share for place, shot in enumerate(shots, 1)))
    lines = [f"local turns = {{{', '.join(map(str, turns))}}}", "local count = 0", "local shots = {"]
    for shot in shots:
        headers = {"Authorization": f"Bearer {key}"} | ({"Content-Type": shot.content_type} if shot.body else {})
        table = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items())
        before, _, after = shot.body.replace("%20", "+").partition("%d")
        numbered = "true" if "%d" in shot.body else "false"
        lines.append(
            f"  {{{json.dumps(shot.method)}, {json.dumps(base + shot.path)}, {{{table}}}, "
            f"{json.dumps(before)}, {json.dumps(after)}, {numbered}}},"
        )
    return "\n".join([*lines, "}", SEND])


SEND = """
request = function()
  count = count + 1
  local shot = shots[turns[(count - 1) % #turns + 1]]
  local body = nil
  if shot[6] then body = shot[4] .. count .. shot[5] elseif shot[4] ~= "" then body = shot[4] end
  return wrk.format(shot[1], shot[2], shot[3], body)
end
"""
