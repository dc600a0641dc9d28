"""Make `pytest --pyargs conformance --target URL` work from any folder, without affecting other runs of pytest.

pytest reads the options of a package's conftest only if it is run beside the package, but always loads entry points. So
this one loads the plug-in only if `conformance` is among the arguments.
"""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the plug-in where `--pyargs conformance` is on the command line."""
    if "--pyargs" in args and any(argument.partition("::")[0].split(".")[0] == "conformance" for argument in args):
        early_config.pluginmanager.import_plugin("conformance.pytest_plugin.plugin")
