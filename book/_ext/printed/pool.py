"""Compile several PDFs at once, each processor with a compiler of its own.

Processes and not threads: Typst keeps what it has laid out for the next time it meets it, and ages
that with every PDF. Short PDFs made beside a long one in the same process would make it forget
what it has laid out of the long one before that is done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["AT_ONCE", "Job", "Outcome", "Pool"]

# A process holds up to a gigabyte while it makes the whole book, so not one a processor everywhere.
AT_ONCE: Final = min(4, os.cpu_count() or 1)
_PROGRAM: Final = Path(__file__).with_name("compiler.py")


@dataclass(frozen=True)
class Job:
    """A PDF to make.

    Attributes
    ----------
    source, target : Path
        The Typst file, and where the PDF goes.
    timestamp : int
        The date in the PDF, in seconds since 1970.
    inputs : Mapping
        What the Typst file finds in ``sys.inputs``.
    """

    source: Path
    target: Path
    timestamp: int
    inputs: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a PDF.

    Attributes
    ----------
    error : str
        Why there is no PDF, empty where there is one.
    hints : tuple of str
        What Typst advises.
    diagnostic : str
        Typst's report with the places in its sources.
    warnings : tuple of str
        What Typst said of a PDF that was made all the same.
    """

    error: str = ""
    hints: tuple[str, ...] = ()
    diagnostic: str = ""
    warnings: tuple[str, ...] = ()


class Pool:
    """Compilers in processes of their own; none is started before there is something to compile.

    Parameters
    ----------
    root : Path
        The folder that Typst may read.
    fonts : sequence of str
        Folders with fonts.
    """

    def __init__(self, root: Path, fonts: Sequence[str]) -> None:
        # Without the folder of the program among the folders to import from: its neighbours have
        # names that other packages use too.
        self._command = [sys.executable, "-P", str(_PROGRAM), str(root), *fonts]
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="typst")
        self._of_thread = threading.local()
        self._processes: list[subprocess.Popen[str]] = []

    def submit(self, job: Job) -> Future[Outcome]:
        """Have a PDF made as soon as a process is free; those submitted first come first."""
        return self._threads.submit(self._compile, job)

    def close(self) -> None:
        """Wait for what is under way, leave what has not begun, and end the processes."""
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            process.communicate()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _compile(self, job: Job) -> Outcome:
        """Have the process of this thread make a PDF, and wait for it."""
        order = {
            "input": str(job.source),
            "output": str(job.target),
            "timestamp": job.timestamp,
            "inputs": dict(job.inputs),
        }
        process = self._process()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            print(json.dumps(order), file=process.stdin, flush=True)
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            # The next job of this thread gets a new process.
            del self._of_thread.process
            return Outcome(error=f"The compiler ended with status {process.wait()}.")
        told: dict[str, Any] = json.loads(answer)
        return Outcome(**{k: v if isinstance(v, str) else tuple(v) for k, v in told.items()})

    def _process(self) -> subprocess.Popen[str]:
        """Give the process of this thread, started with its first job."""
        process: subprocess.Popen[str] | None = getattr(self._of_thread, "process", None)
        if process is None:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
            )
            self._of_thread.process = process
            self._processes.append(process)
        return process
