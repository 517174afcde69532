#!/usr/bin/env bash
# Runs Cutout's GPU checks with the PyTorch of this machine's python3 and prints what they found as
# JSON on standard output; their own words go to standard error.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
chmod +x cutout gpu-checks

exec python3 - <<'PYTHON'
import glob, importlib.metadata, importlib.util, json, os, subprocess, sys

try:
    version = importlib.metadata.version("torch")
except importlib.metadata.PackageNotFoundError:
    sys.exit("error: python3 has no PyTorch; install torch 2.11 first")
if version.split("+")[0] != "2.11.0":
    sys.exit(f"error: python3 has PyTorch {version}, but Cutout needs 2.11.0")

# Its folder without importing it, which would take seconds and GPU memory.
package = importlib.util.find_spec("torch").submodule_search_locations[0]
libraries = os.path.join(package, "lib")
folders = [libraries, *sorted(glob.glob(os.path.join(package, "..", "nvidia", "*", "lib")))]
if os.environ.get("LD_LIBRARY_PATH"):
    folders.append(os.environ["LD_LIBRARY_PATH"])
environment = os.environ | {
    "LD_LIBRARY_PATH": ":".join(folders),
    "CUTOUT_TORCH_LIB": libraries,
    "CUTOUT_MODELS": os.path.abspath("models"),
}


def read(text):
    """What is JSON in it, and the other lines. A finding may stand behind a test's name."""
    try:
        return [json.loads(text)], []
    except ValueError:
        pass
    found, words = [], []
    for line in text.splitlines():
        try:
            found.append(json.loads(line[line.index("{"):]))
        except ValueError:
            words.append(line)
    return found, words


def check(*command):
    ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    found, words = read(ran.stdout)
    return {"command": " ".join(command), "exit": ran.returncode, "found": found, "words": words}


results = [
    check("./cutout", "info", "--json"),
    check("./cutout", "remove", "sample.png", "--out", "out", "--on-exist", "replace",
          "--save", "cutout,mask", "--model", "u2netp", "--device", "cuda", "--json"),
    check("./gpu-checks", "--test-threads=1", "--nocapture"),
]
passed = all(result["exit"] == 0 for result in results)
print(json.dumps({"torch": version, "passed": passed, "checks": results}, indent=2))
sys.exit(0 if passed else 1)
PYTHON
