"""Compile Typst files to PDF in a process of its own, which `pool` starts and talks to.

Run as a program: ``compiler.py ROOT [FOLDER OF FONTS...]``. A line of JSON comes in for each PDF
(``input``, ``output``, ``timestamp``, ``inputs``), and a line goes out when it is written or
refused (``error``, ``hints``, ``diagnostic``, ``warnings``). Nothing but Typst is imported, so that
a process is ready at once.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import typst

__all__ = ["STANDARD", "compile_one", "main"]

STANDARD: Final = "ua-1"


def compile_one(compiler: typst.Compiler, job: dict[str, Any]) -> dict[str, Any]:
    """Write one PDF; give what Typst had to say, with an empty ``error`` where all went well."""
    try:
        data, warnings = compiler.compile_with_warnings(
            input=job["input"],
            format="pdf",
            pdf_standards=[STANDARD],
            timestamp=job["timestamp"],
            sys_inputs=job["inputs"],
        )
    except typst.TypstError as error:
        return {
            "error": error.message,
            "hints": list(error.hints),
            "diagnostic": str(error.diagnostic),
            "warnings": [],
        }
    assert isinstance(data, bytes)
    output = Path(job["output"])
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(data)
    told = [warning.message for warning in warnings]
    return {"error": "", "hints": [], "diagnostic": "", "warnings": told}


def main(root: str, *fonts: str) -> None:
    """Compile what standard input asks for until it ends."""
    # Typst's own fonts come along for code and rare letters.
    known = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=list(fonts)
    )
    compiler = typst.Compiler(root=root, font_paths=known, ignore_system_fonts=True)
    for line in sys.stdin:
        print(json.dumps(compile_one(compiler, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
