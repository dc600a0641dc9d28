"""Remove from a process what Windows lacks: every Python imports a module of this name first, if it finds one.

The project's own modules see Windows; the libraries below them see this machine.
"""

import ast
import asyncio
import multiprocessing.util
import os
import selectors
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

PACKAGES = frozenset({"mock_server", "conformance", "gate"})
MODULES = ("fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty", "uvloop")
NAMES: dict[Any, tuple[str, ...]] = {
    os: ("fork", "forkpty", "getuid", "geteuid", "getpgid", "killpg", "setsid", "uname", "fchmod", "mkfifo"),
    signal: ("SIGALRM", "SIGHUP", "SIGPIPE", "SIGUSR1", "SIGUSR2", "setitimer", "alarm", "pthread_sigmask"),
    socket: ("AF_UNIX", "SO_REUSEPORT"),
}
# These have been imported before by what needs them in Python's own library.
NEEDED_BY_PYTHON = (asyncio, multiprocessing.util, subprocess)


class WindowsLoader(SourceFileLoader):
    """Compiles a module of ours so that it reads `win32` for `sys.platform` and `nt` for `os.name`."""

    def get_code(self, fullname: str) -> CodeType:
        """Return the code, without a look at what was compiled before."""
        path = self.get_filename(fullname)
        tree = SystemNames().visit(ast.parse(self.get_data(path), path))
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


class SystemNames(ast.NodeTransformer):
    """Puts what Windows says in the place of what names the system."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Replace `sys.platform` and `os.name`."""
        if isinstance(node.value, ast.Name):
            named = {("sys", "platform"): "win32", ("os", "name"): "nt"}.get((node.value.id, node.attr))
            return ast.Constant(named) if named else node
        return self.generic_visit(node)


class WindowsFinder(PathFinder):
    """Finds our own packages."""

    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return how a module of ours is loaded."""
        spec = super().find_spec(fullname, path, target) if fullname.partition(".")[0] in PACKAGES else None
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = WindowsLoader(spec.loader.name, spec.loader.path)
        return spec


class SocketSelector(selectors.SelectSelector):
    """Waits for sockets alone."""

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Refuse a pipe as Windows does."""
        if not stat.S_ISSOCK(os.fstat(fileobj if isinstance(fileobj, int) else fileobj.fileno()).st_mode):
            raise OSError(10038, "An operation was attempted on something that is not a socket")
        return super().register(fileobj, events, data)


def refuse_signals(_loop: object, _number: int, _act: Callable[..., object], *_: object) -> None:
    """Do as the event loops of Windows do."""
    raise NotImplementedError


# Windows has it, made of other parts.
socket.socketpair = partial(socket.socketpair, socket.AF_UNIX)
for name in MODULES:
    sys.modules[name] = None  # type: ignore[assignment]
for module, names in NAMES.items():
    for name in names:
        delattr(module, name)
selectors.DefaultSelector = SocketSelector  # type: ignore[misc,assignment]
asyncio.SelectorEventLoop.add_signal_handler = refuse_signals  # type: ignore[method-assign,assignment]
sys.meta_path.insert(0, WindowsFinder)
