"""Runs every check of the bundle and gathers what they found into one JSON object.

Each result is written to results.json as soon as it is there, so that a run that is cut short
leaves what it has.
"""

import argparse
import datetime
import glob
import importlib.metadata
import importlib.util
import json
import os
import platform
import subprocess
import sys
import time

TORCH = "2.11.0"
#: Peak of allocated bytes, weights included, of Cutout in fp16 to eager PyTorch in fp32.
PEAK_BARS = {"u2net": 0.28, "u2netp": 0.14}
#: What sampling memory may take of one core.
MAX_MEMORY_THREAD_PERCENT = 0.5
#: Shares of what one image needs in fp32: room for one but not for eight; not even for one.
LADDER = {"room_for_one": 1.6, "too_little_for_one": 0.7}
LADDER_IMAGES = 200
#: Set where a stand-in for CUDA takes the card's place: nothing is computed, and no time is a speed.
ON_STAND_IN = bool(os.environ.get("GPU_STAND_IN"))


def torch_environment():
    """PyTorch's version and the environment in which Cutout finds its libraries."""
    try:
        version = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        sys.exit(f"error: python3 has no PyTorch; install torch {TORCH} first")
    if version.split("+")[0] != TORCH:
        sys.exit(f"error: python3 has PyTorch {version}, but Cutout needs {TORCH}")
    # Its folder without importing it, which would take seconds and GPU memory.
    package = importlib.util.find_spec("torch").submodule_search_locations[0]
    libraries = os.path.join(package, "lib")
    folders = [libraries, *sorted(glob.glob(os.path.join(package, "..", "nvidia", "*", "lib")))]
    if os.environ.get("LD_LIBRARY_PATH"):
        folders.append(os.environ["LD_LIBRARY_PATH"])
    return version, os.environ | {
        "LD_LIBRARY_PATH": ":".join(folders),
        "CUTOUT_TORCH_LIB": libraries,
        "CUTOUT_MODELS": os.path.abspath("models"),
    }


def gpus():
    """Name, driver and memory of each GPU as the driver tells them."""
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        told = subprocess.run(query, stdout=subprocess.PIPE, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [line.strip() for line in told.splitlines() if line.strip()]


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


class Checks:
    """The checks that ran, and what they come to."""

    def __init__(self, device, version, environment):
        self.device, self.environment = device, environment
        self.results = {
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "torch": version,
            "gpus": gpus(),
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "rehearsal": device == "cpu",
            "stand_in": ON_STAND_IN,
            "passed": False,
            "bars": {},
            "checks": {},
        }

    def run(self, name, *command, needed=True):
        """Runs a command; gives the first JSON object that it printed, or None."""
        print(f"== {name}: {' '.join(command)}", file=sys.stderr, flush=True)
        started = time.monotonic()
        ran = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        found, words = read(ran.stdout)
        self.results["checks"][name] = {
            "command": " ".join(command),
            "exit": ran.returncode,
            "seconds": round(time.monotonic() - started, 1),
            "found": found,
            "words": words,
        }
        if needed:
            self.bar(f"{name} exits with 0", ran.returncode == 0, ran.returncode)
        return found[0] if found else None

    def soak(self, name, model, count, precision, *extra):
        """A soak of one model; with random weights where its own are not here."""
        weights = [] if os.path.exists(f"models/{model}.onnx") else ["--random-weights"]
        return self.run(
            f"soak {model} {name}", "./cutout", "soak", "--json", "--count", str(count),
            "--model", model, "--device", self.device, "--precision", precision, *weights, *extra)

    def bar(self, name, met, measured):
        self.results["bars"][name] = {"met": bool(met), "measured": measured}
        self.write()

    def write(self):
        bars = self.results["bars"].values()
        self.results["passed"] = all(bar["met"] for bar in bars)
        with open("results.json", "w", encoding="utf-8") as file:
            json.dump(self.results, file, indent=2)


def everyday(checks):
    """The device, one photo, and the tests that need a GPU."""
    info = checks.run("info", "./cutout", "info", "--json")
    checks.run("remove", "./cutout", "remove", "sample.png", "--out", "out", "--on-exist",
               "replace", "--save", "cutout,mask", "--model", "u2netp", "--device",
               checks.device, "--json")
    checks.run("tests", "./gpu-checks", "--test-threads=1", "--nocapture")
    return info


def soaks(checks, count):
    """Memory comes back after every image, in every precision, and sampling costs little."""
    runs = [("u2netp", precision) for precision in ("fp32", "auto", "fp16", "bf16")]
    runs += [("u2net", precision) for precision in ("fp32", "fp16")]
    for model, precision in runs:
        report = checks.soak(precision, model, count, precision, "--mixed-sizes",
                             "--inject-errors")
        if report is None:
            continue
        if ON_STAND_IN:
            continue  # a pass is over before anything can be read in it
        sampled = report["sampling"]["while_inferring"]
        checks.bar(f"{model} {precision}: memory is read while inference runs", sampled > 0,
                   sampled)
        share = report["memory_thread_percent_of_a_core"]
        checks.bar(f"{model} {precision}: the memory thread's share of a core in percent",
                   share is not None and share < MAX_MEMORY_THREAD_PERCENT, share)


def against_eager(checks):
    """One image at a time in Cutout and in eager PyTorch: peaks and times."""
    eager = checks.run("eager", sys.executable, "eager.py")
    passes = {} if eager is None else {
        (run["network"], run["precision"]): run for run in eager["passes"]}
    for model, limit in PEAK_BARS.items():
        for precision in ("fp32", "fp16"):
            report = checks.soak(f"{precision} one at a time", model, 100, precision, "--batch",
                                 "1")
            theirs = passes.get((model, "fp32"))
            if report is None or theirs is None or "peak_bytes" not in theirs:
                continue
            ratio = report["peak_bytes"] / theirs["peak_bytes"]
            checks.results["bars"][f"{model} {precision}: peak to eager fp32"] = {
                "met": precision != "fp16" or 0 < ratio <= limit,
                "limit": limit if precision == "fp16" else None,
                "measured": ratio,
                "peak_bytes": report["peak_bytes"],
                "weights_bytes": report["weights_bytes"],
                "eager_fp32_peak_bytes": theirs["peak_bytes"],
                "infer_p50_ms": report["infer"]["p50_us"] / 1e3,
                "eager_fp32_median_ms": theirs["median_ms"],
                "eager_fp16_median_ms": passes[(model, "fp16 channels-last")]["median_ms"],
            }
            checks.write()


def ladder(checks, card_bytes):
    """With too little memory the queue goes on, and memory comes back."""
    one = checks.results["checks"].get("soak u2netp fp32 one at a time", {}).get("found")
    if not one or not card_bytes:
        checks.bar("ladder", False, "the need of one image or the card's size is not known")
        return
    for name, share in LADDER.items():
        fraction = share * one[0]["peak_bytes"] / card_bytes
        report = checks.soak(f"ladder {name}", "u2netp", LADDER_IMAGES, "fp32", "--batch", "8",
                             "--allocator", f"per_process_memory_fraction:{fraction:.8f}")
        if report is not None:
            checks.bar(f"ladder {name}: rungs were climbed", report["rungs"],
                       {"rungs": report["rungs"], "largest_pass": report["largest_pass"]})
            done = report["outcomes"]["done"]
            checks.bar(f"ladder {name}: every image is done", done == LADDER_IMAGES, done)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000, help="images of each soak")
    parser.add_argument("--rehearse", action="store_true", help="what works without a GPU")
    arguments = parser.parse_args()
    version, environment = torch_environment()
    device = "cpu" if arguments.rehearse else "cuda"
    checks = Checks(device, version, environment)
    info = everyday(checks)
    if arguments.rehearse:
        checks.run("eager", sys.executable, "eager.py")
        checks.soak("fp32", "u2netp", arguments.count, "fp32", "--mixed-sizes", "--inject-errors")
    elif info is None or not info["device"]["is_gpu"]:
        checks.bar("a GPU can be used", False, info and info["device"]["why"])
    else:
        soaks(checks, arguments.count)
        against_eager(checks)
        ladder(checks, (info["card"] or {}).get("total_bytes"))
    checks.write()
    print(json.dumps(checks.results, indent=2))
    return 0 if checks.results["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
