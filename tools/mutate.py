"""Break a module in hundreds of small ways and count how many its tests notice.

``python -m tools.mutate network`` runs mutmut on a copy in a temporary folder, in one process, with
Hypothesis made repeatable. It prints what each mutant changes that survived or ran out of time, and
the figures, and ends with 1 when fewer than 85% are noticed. What lies outside functions and in
properties is not broken. On a busy machine a mutant may run out of time for no fault of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = {"network": "network", "step_network": "approvals", "thresholds": "thresholds"}
LEAST = 0.85
SETTINGS = """[tool.mutmut]
source_paths = ["src"]
only_mutate = ["src/system_leadership/{module}.py"]
pytest_add_cli_args = ["-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = ["tests/exercises/test_{tests}.py"]
timeout_constant = 1.0
timeout_multiplier = 8.0
use_git_change_detection = false
"""
# The tests' own profile is loaded first, so that this one counts.
PROFILE = """import changes
from hypothesis import settings

settings.register_profile("few", deadline=None, derandomize=True, database=None, max_examples=50)
settings.load_profile("few")
"""


def copy(module: str, place: Path) -> None:
    """Lay a copy out as mutmut wants it: the package in `src`."""
    kept_out = shutil.ignore_patterns("__pycache__", ".hypothesis")
    for part, end in (("exercises/system_leadership", "src"), ("exercises/changes", "src"),
                      ("tests/exercises", "tests")):  # fmt: skip
        shutil.copytree(ROOT / part, place / end / Path(part).name, ignore=kept_out)
    # mutmut leaves decorated functions alone; a cache makes no difference to what they return.
    source = place / "src/system_leadership" / f"{module}.py"
    text = source.read_text("utf-8")
    source.write_text(re.sub(r"(?m)^@lru_cache.*\n(?=def )", "", text), "utf-8")
    (place / "tests/exercises/conftest.py").write_text(PROFILE, "utf-8")
    text = SETTINGS.format(module=module, tests=TESTS[module])
    (place / "pyproject.toml").write_text(text, "utf-8")


def main() -> int:
    """Run it on the module that the command line names; 0 when enough is noticed."""
    given = argparse.ArgumentParser(description="Break a module to test its tests.")
    given.add_argument("module", choices=sorted(TESTS))
    module = given.parse_args().module
    os.nice(10)
    mutmut = [str(Path(sys.executable).with_name("mutmut"))]
    with tempfile.TemporaryDirectory() as made:

        def run(*words: str) -> str:
            done = subprocess.run([*mutmut, *words], cwd=made, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"mutmut {words[0]} failed.\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
            return done.stdout

        copy(module, Path(made))
        run("run", "--max-children", "1")
        for line in run("results").splitlines():
            print(run("show", line.strip().partition(":")[0]))
        run("export-cicd-stats")
        count = json.loads((Path(made) / "mutants/mutmut-cicd-stats.json").read_text("utf-8"))
    noticed = count["killed"] + count["timeout"]
    share = noticed / count["total"]
    print(f"{module}: {count['total']} mutants, {count['killed']} killed,", end=" ")
    print(f"{count['timeout']} out of time, {count['total'] - noticed} survived: {share:.1%}")
    return int(share < LEAST)


if __name__ == "__main__":
    sys.exit(main())
