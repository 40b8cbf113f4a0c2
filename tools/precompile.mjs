// Compile the Python modules that an exercise imports when it starts, with the Python that will run
// them: Pyodide itself. Parsing its source is most of what a start does; see tools/compiled.py.
//
//   node precompile.mjs PYODIDE FOLDER
//
// PYODIDE is the npm package. FOLDER holds `in/` with python_stdlib.zip and wheels, and `cells.json`,
// for each exercise the sources of its cells. The same names, compiled, are written to `out/`.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

// Node would print the line of Pyodide that failed, all 400 kB of it, and lose what went wrong.
process.on("uncaughtException", (error) => {
  console.error(String(error?.message ?? error).split("\n").slice(-12).join("\n"));
  process.exit(1);
});

const [pyodide, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(pyodide, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: `${pyodide}${path.sep}` });

const archives = fs.readdirSync(path.join(folder, "in")).sort();
python.FS.mkdir("/archives");
for (const name of archives) {
  const data = new Uint8Array(fs.readFileSync(path.join(folder, "in", name)));
  python.FS.writeFile(`/archives/${name}`, data);
  if (name.endsWith(".whl")) python.unpackArchive(data.buffer, "wheel");
}

// What the worker of a page does (book/_static/live/worker.js), for every exercise.
python.registerJsModule("page_host", { post: () => {} });
const page = python.pyimport("system_leadership.forms.page");
for (const cells of JSON.parse(fs.readFileSync(path.join(folder, "cells.json"), "utf-8"))) {
  page.begin("");
  cells.forEach((source, index) => {
    page.cell(index);
    python.runPython(source);
  });
}

// And what it takes to read a change that the browser kept.
python.runPython("from system_leadership import Change; Change.loads(Change.blank().dumps())");

python.runPython(`
import io, os, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc
from importlib.util import source_hash

LONG_AGO = (2020, 1, 1, 0, 0, 0)
files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
# Archives are unpacked where Python starts.
standard = "python%d%d.zip/" % sys.version_info[:2]
places = (standard, "site-packages/", f"{os.getcwd()}/")
used = {file.rpartition(place)[2] for file in files for place in places if place in file}

def compiled(archive):
    source, target = zipfile.ZipFile(archive), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for entry in source.infolist():
            name, content = entry.filename, source.read(entry)
            if entry.is_dir():
                continue
            if name in used and name.endswith(".py"):
                code = compile(content, name, "exec", dont_inherit=True, optimize=0)
                # Not checked against a source, which is not there.
                content = _code_to_hash_pyc(code, source_hash(content), False)
                name += "c"
            written.writestr(zipfile.ZipInfo(name, LONG_AGO), bytes(content), zipfile.ZIP_DEFLATED, 9)
    with open(archive, "wb") as file:
        file.write(target.getvalue())
`);

fs.mkdirSync(path.join(folder, "out"), { recursive: true });
for (const name of archives) {
  python.runPython(`compiled(${JSON.stringify(`/archives/${name}`)})`);
  fs.writeFileSync(path.join(folder, "out", name), python.FS.readFile(`/archives/${name}`));
}
