"""The catalogue in docs/ is what the contract says today."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_catalogue_is_up_to_date() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "catalogue"))

    assert (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8") == script["page"](), "run scripts/catalogue"
