"""The same notebook in the JupyterLite copy on our own site, with every other host refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jupyter_form import tie_a_new_name
from playwright.sync_api import Page, expect
from watching import Watch

pytestmark = pytest.mark.browser

NOTEBOOK = "01-map-your-system.ipynb"
ADDRESS = f"lite/lab/index.html?path={NOTEBOOK}"
WAIT = 180_000  # milliseconds: JupyterLab and Python both start in the browser
KERNEL = "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"


@pytest.fixture
def copy(built: Path) -> Path:
    """Give the folder of the copy."""
    folder = built / "lite"
    if not (folder / "made.json").exists():
        pytest.fail(f"There is no JupyterLite copy in {folder}. Run `make book`.", pytrace=False)
    return folder


@pytest.fixture
def lite(copy: Path, page: Page) -> Page:
    """Give the notebook with all its cells run, in a browser that was never here before."""
    page.goto(ADDRESS)
    run_all(page)
    return page


def run_all(page: Page) -> None:
    """Wait for the notebook and its kernel, and run all cells."""
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=WAIT)
    page.wait_for_function(f"{KERNEL}?.status === 'idle'", timeout=WAIT)
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")


def drawn_from(page: Page) -> str:
    """Give the specification of the first picture, as JupyterLab got it."""
    specification: str = page.evaluate(
        """() => {
            const kind = "application/vnd.vegalite.v5+json";
            const cells = [...jupyterapp.shell.currentWidget.content.model.cells];
            const outputs = cells.flatMap((cell) => cell.toJSON().outputs ?? []);
            return JSON.stringify(outputs.find((output) => output.data?.[kind]).data[kind]);
        }"""
    )
    return specification


def test_the_same_form_works_in_jupyterlite(lite: Page, watch: Watch) -> None:
    """It starts from the worked example; what is typed shows in the picture and is kept."""
    page = lite
    tie_a_new_name(page, WAIT)
    expect(page.get_by_text("does not let the notebook keep files")).to_have_count(0)
    expect(page.locator(".jp-OutputArea-output[data-mime-type*=error]")).to_have_count(0)
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)  # what is left empty is no fault
    assert '"axis":null' in drawn_from(page)  # the kernel must not lose what says "none"

    # The work is a file beside the notebook, there for download and at the next visit.
    page.wait_for_function(
        """async () => {
            const wanted = { type: "file", format: "text", content: true };
            const files = jupyterapp.serviceManager.contents;
            const { content } = await files.get("my-change.yml", wanted);
            return content.split("Riverside Hospital").length > 2 && !content.includes("jsnull");
        }""",
        polling=500,
        timeout=WAIT,
    )
    page.reload()
    run_all(page)
    names = page.get_by_role("group", name="Organisations", exact=True).get_by_label(
        re.compile(r"^Name row \d+$")
    )
    expect(names.last).to_have_value("Riverside Hospital", timeout=WAIT)
    assert not watch.outside
    assert not [error for error in watch.errors if re.match("[45]\\d\\d:", error)]


def test_without_service_worker_the_reader_is_told(copy: Path, page: Page) -> None:
    """Some private windows let no notebook keep files: it works, and says that."""
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto(ADDRESS)
    run_all(page)
    expect(page.get_by_text("does not let the notebook keep files")).to_be_visible(timeout=WAIT)
    expect(page.locator(".jp-OutputArea-output .vega-embed").first).to_be_visible(timeout=WAIT)


def test_every_exercise_is_there_and_says_what_to_do(built: Path, copy: Path) -> None:
    """The copy holds the notebooks that the pages offer, with a note that is true of it."""
    offered = {path.name for path in (built / "notebooks").glob("*.ipynb")}
    listed = json.loads((copy / "api" / "contents" / "all.json").read_text("utf-8"))["content"]
    assert offered
    assert {entry["path"] for entry in listed} == offered
    for name in offered:
        notebook = json.loads((copy / "files" / name).read_text("utf-8"))
        note = "".join(notebook["cells"][0]["source"])
        assert "Run All Cells" in note
        assert "needs JupyterLab" not in note
        assert notebook["metadata"]["kernelspec"]["name"] == "python"


def test_nothing_is_to_be_had_from_another_host(copy: Path) -> None:
    """Python and all packages have an address on this site, and each file is there."""
    config = json.loads((copy / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    kernel = config["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["disablePyPIFallback"] is True
    addresses = [kernel["pyodideUrl"], *kernel["pipliteUrls"]]
    addresses.append(kernel["loadPyodideOptions"]["lockFileURL"])
    packages = json.loads((copy / "pyodide-lock.json").read_text("utf-8"))["packages"]
    assert set(kernel["loadPyodideOptions"]["packages"]) == set(packages)
    addresses += [package["file_name"] for package in packages.values()]
    for address in addresses:
        assert not re.match(r"\w+:|/", address)
        assert (copy / address.split("?")[0]).is_file(), address


def test_work_is_kept_under_a_fixed_name(copy: Path) -> None:
    """Were it to follow the site's address, a move of the site would hide all saved work."""
    config = json.loads((copy / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    assert config["contentsStorageName"] == "comfortable-with-chaos notebooks"
