"""The same notebooks in JupyterLab: the same forms, and pictures that follow them.

Two of them have every kind of form between them: the map, and what happens when people leave.

JupyterLab has an environment of its own, ``.venv-lab``, which ``make test`` sets up. The
environment variable LAB_PYTHON names the Python of another environment that has it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from jupyter_form import tie_a_new_name
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
MAP, TRUST = "01-map-your-system", "09-trust-and-turnover"
WAIT = 60_000  # milliseconds: a kernel may take long to start
SETTINGS = {
    # All cells on the page at once, so that the test can look at any of them.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def lab_python() -> Path | None:
    """Give the Python that has JupyterLab, or None."""
    for name in (os.environ.get("LAB_PYTHON"), ROOT / ".venv-lab" / "bin" / "python",
                 ROOT / ".venv-lab" / "Scripts" / "python.exe"):  # fmt: skip
        if name and Path(name).exists():
            return Path(name)
    return None


@dataclass
class Lab:
    """A running JupyterLab and the folder with a folder for each notebook."""

    address: str
    folder: Path

    def kept(self, name: str) -> str:
        """Give what the notebook has kept of the reader's work."""
        return (self.folder / name / "my-change.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start JupyterLab on the loopback address, on the notebooks as a reader would open them."""
    python = lab_python()
    if python is None:
        pytest.skip("There is no JupyterLab: `make test` sets up .venv-lab, or set LAB_PYTHON.")
    folder = tmp_path_factory.mktemp("lab")
    work = folder / "work"
    work.mkdir()
    for name, values in SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{key: value for key, value in os.environ.items() if "SYSTEM_LEADERSHIP" not in key},
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": str(ROOT / "exercises"),
    }
    convert = (
        "import jupytext, sys; "
        "jupytext.write(jupytext.read(sys.argv[1], fmt='md:myst'), sys.argv[2])"
    )
    for name in (MAP, TRUST):
        source, made = ROOT / "exercises" / f"{name}.md", work / name / "exercise.ipynb"
        made.parent.mkdir()
        subprocess.run([python, "-c", convert, source, made], check=True, env=environment)
    command = [
        python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=", f"--ServerApp.root_dir={work}",
    ]  # fmt: skip
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/status", server, folder / "log")
        yield Lab(address, work)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        shutil.rmtree(folder / "runtime", ignore_errors=True)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until JupyterLab answers."""
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def notebook(request: pytest.FixtureRequest, browser: Browser, lab: Lab) -> Iterator[Page]:
    """Give a notebook with all its cells run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    # A workspace of its own: JupyterLab would open the notebook of the test before again.
    workspace = f"{lab.address}/lab/workspaces/{request.param}"
    page.goto(f"{workspace}/tree/{request.param}/exercise.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=WAIT)
    page.wait_for_function(
        "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=WAIT,
    )
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    yield page
    context.close()


@pytest.mark.parametrize("notebook", [MAP], indirect=True)
def test_the_same_form_works_in_jupyterlab(notebook: Page, lab: Lab) -> None:
    """It starts from the worked example; a row typed shows in the picture and in the file."""
    page = notebook
    organisations, ties = tie_a_new_name(page, WAIT)
    row = organisations.get_by_role("row").count() - 1
    assert lab.kept(MAP).count("Riverside Hospital") >= 2

    # A wrong value is told beside its field, and nothing is lost.
    last = ties.get_by_role("row").count() - 1
    strength = ties.get_by_label(f"Strength row {last}", exact=True)
    strength.fill("ninety")
    organisations.get_by_label(f"Name row {row}", exact=True).focus()
    expect(strength).to_have_attribute("aria-invalid", "true", timeout=WAIT)
    expect(strength).to_have_accessible_description(re.compile("number from 0 to 10"))
    expect(strength).to_have_value("ninety")


@pytest.mark.parametrize("notebook", [TRUST], indirect=True)
def test_what_is_assumed_and_recalled_works_in_jupyterlab(notebook: Page, lab: Lab) -> None:
    """Earlier lists stand folded, a figure can be changed, and the answer follows."""
    page = notebook
    recalled = page.locator("details.sl-recalled")
    expect(recalled.first).to_be_visible(timeout=WAIT)
    expect(recalled.first).not_to_have_attribute("open", "")  # the worked example has rows
    recalled.first.locator("summary").first.press("Enter")
    expect(recalled.first.get_by_role("textbox").first).to_be_visible()

    assumed = page.get_by_role("group", name=re.compile("^What this assumes"))
    expect(assumed).to_be_visible(timeout=WAIT)
    figure = assumed.get_by_role("textbox").first
    told = page.locator(".jp-OutputArea-output li", has_text="You assume")
    expect(told).to_have_count(0)
    before = figure.input_value()
    figure.press("ArrowUp")
    expect(figure).not_to_have_value(before)
    expect(told.first).to_contain_text(figure.input_value(), timeout=WAIT)
    assert "assumptions:" in lab.kept(TRUST)
    slider = assumed.get_by_role("slider").first
    expect(slider).to_have_value(figure.input_value())

    page.get_by_role("button", name="Back to what we assume").click()
    expect(figure).to_have_value(before)
    expect(told).to_have_count(0, timeout=WAIT)

    answer = page.get_by_role("group", name="Questions to think about").get_by_role("textbox").first
    answer.fill("The ward clerk knows everybody.")
    answer.blur()
    expect(page.get_by_text(re.compile(r"Saved to my-change\.yml at"))).to_be_visible(timeout=WAIT)
    for _ in range(50):
        if "ward clerk" in lab.kept(TRUST):
            break
        page.wait_for_timeout(100)
    assert "ward clerk" in lab.kept(TRUST)
