"""Make `pytest --pyargs conformance --target URL` work from any folder, and leave every other pytest alone.

pytest loads the options of a package's conftest only when it is run beside the package; an entry point is loaded
always. So this one looks at the arguments and opens the door only when `conformance` is asked for by name.
"""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the plug-in where `--pyargs conformance` is on the command line."""
    if "--pyargs" in args and any(argument.partition("::")[0].split(".")[0] == "conformance" for argument in args):
        early_config.pluginmanager.import_plugin("conformance.pytest_plugin.plugin")
