"""Keep JSON's null on its way between the notebook's page and Python in the browser.

This module goes into the Pyodide kernel of the JupyterLite copy (`tools/lite.py` puts it there).
The kernel hands Python's None to the page as JavaScript's undefined, which JSON leaves out: a
picture that says ``"axis": null`` comes out with an axis. And it hands the page's null to Python as
`jsnull`, which is not None: an empty number in a form looks like a wrong one. Both were seen in
version 0.8.6; a test in the browser tells when the kernel does it right by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyodide.ffi import jsnull


def swapped(value: Any, old: Any, new: Any) -> Any:
    """Give data with one value in place of another, however deep it stands."""
    if value is old:
        return new
    if isinstance(value, dict):
        return {key: swapped(each, old, new) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [swapped(each, old, new) for each in value]
    return value


def keep_nulls() -> None:
    """Change the kernel's ways in and out."""
    from comm.base_comm import CommManager
    from pyodide_kernel.comm import Comm
    from pyodide_kernel.display import LiteDisplayHook, LiteDisplayPublisher

    def outgoing(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, data: Any = None, *rest: Any, **named: Any) -> Any:
            return method(self, swapped(data, None, jsnull), *rest, **named)

        return call

    def incoming(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, stream: Any, ident: Any, message: Any) -> Any:
            return method(self, stream, ident, swapped(message, jsnull, None))

        return call

    def sending(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, kind: str, data: Any = None, *rest: Any, **named: Any) -> Any:
            return method(self, kind, data and swapped(data, None, jsnull), *rest, **named)

        return call

    LiteDisplayPublisher.publish = outgoing(LiteDisplayPublisher.publish)
    LiteDisplayHook.write_format_data = outgoing(LiteDisplayHook.write_format_data)
    Comm.publish_msg = sending(Comm.publish_msg)
    CommManager.comm_open = incoming(CommManager.comm_open)
    CommManager.comm_msg = incoming(CommManager.comm_msg)
