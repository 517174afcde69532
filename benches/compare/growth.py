"""How Cutout's time and memory grow: with a photo's pixels, the number of photos, threads, and images
a pass. Each beside what the machine allows: the network's arithmetic at the highest rate of matrix
products that was measured, and a photo's bytes at the measured rate of copying."""

import json
import os
import pathlib
import shutil
import subprocess
import time

import numpy as np
import photos

#: Multiply-adds of a pass at 320 x 320, in thousands of millions.
GMAC = {"u2net": 58.6, "u2netp": 19.8}
#: The least that a photo's pixels are moved: written as RGB, read to be cut, written as RGBA, and read
#: to be encoded.
BYTES_A_PIXEL = 3 + 3 + 4 + 4
MEGAPIXELS = (0.1, 0.3, 1, 3, 10, 30, 100)
COUNTS = (1, 10, 100, 1000)
BATCHES = (1, 2, 4, 8)


def best_of(times, work):
    """The least of some turns, in seconds: what the machine can do."""

    def turn():
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return min(turn() for _ in range(times))


def flops_a_second():
    """All cores, in each precision that Cutout computes in on this machine."""
    bench = ["cargo", "bench", "--quiet", "--bench", "network", "--", "rates"]
    return json.loads(subprocess.check_output(bench, cwd=pathlib.Path(__file__).parent))


def bytes_a_second():
    """Read and written by a copy too large for the caches."""
    source = np.ones(1 << 28, np.uint8)
    target = np.empty_like(source)
    return 2 * source.nbytes / best_of(15, lambda: np.copyto(target, source))


def highest_resident_bytes(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


class Growth:
    """Measures and draws; `worker` starts a Cutout that is given photos one by one."""

    def __init__(self, worker, model, rounds, out):
        self.worker, self.model, self.rounds, self.out = worker, model, rounds, out
        self.flops, self.bandwidth = flops_a_second(), bytes_a_second()

        path = photos.photo(0, 0.1, out / "photos/small.jpg")
        worker = worker(model, out / "growth")
        self.precision = worker.cut(path)[1]["pass"]["precision"]
        worker.end()

    def network_s(self, share=1.0):
        """The least that a pass can take, with this share of the cores."""
        return 2e9 * GMAC[self.model] / (self.flops[self.precision] * share)

    def measured(self, paths):
        """Median seconds a photo, and the highest resident bytes, of one process."""
        worker = self.worker(self.model, self.out / "growth")
        worker.cut(paths[0])
        seconds = [worker.cut(path)[0] for path in paths]
        resident = highest_resident_bytes(worker.process)
        worker.end()
        return float(np.median(seconds)), resident

    def pixels(self):
        rows = []
        for megapixels in MEGAPIXELS:
            path = photos.photo(0, megapixels, self.out / f"photos/{megapixels}mp.jpg")
            seconds, resident = self.measured([path] * self.rounds)
            limit = self.network_s() + megapixels * 1e6 * BYTES_A_PIXEL / self.bandwidth
            rows.append((megapixels, seconds, limit, resident))
        return "megapixels", rows

    def images(self):
        path = photos.photo(1, 1, self.out / "photos/1mp.jpg")
        folder = self.out / f"photos/alike-{max(COUNTS)}"
        folder.mkdir(exist_ok=True)
        for number in range(max(COUNTS)):
            if not (folder / f"{number:04}.jpg").exists():
                shutil.copy(path, folder / f"{number:04}.jpg")
        rows = []
        for count in COUNTS:
            worker = self.worker(self.model, self.out / "growth", "--batch", "auto")
            paths = sorted(folder.iterdir())[:count]
            seconds = worker.cut_all(paths)
            resident = highest_resident_bytes(worker.process)
            worker.end()
            limit = count * (self.network_s() + 1e6 * BYTES_A_PIXEL / self.bandwidth)
            rows.append((count, seconds, limit, resident))
        return "photos of 1 MP", rows

    def network(self, name, flag, choices, share):
        """Seconds in the network, an image."""
        path = photos.photo(0, 0.1, self.out / "photos/small.jpg")
        rows = []
        for choice in choices:
            worker = self.worker(self.model, self.out / "growth", "--refine", "off", "--save", "mask", flag, str(choice))
            answers = worker.answers([path] * (4 * max(BATCHES)))
            resident = highest_resident_bytes(worker.process)
            worker.end()
            taken = [answer["timings"]["infer_ms"] / 1000 for answer in answers[max(BATCHES) :]]
            rows.append((choice, float(np.median(taken)), self.network_s(share(choice)), resident))
        return name, rows

    def threads(self):
        cores = len(os.sched_getaffinity(0))
        return self.network("threads", "--threads", range(1, cores + 1), lambda threads: threads / cores)

    def batches(self):
        return self.network("images a pass", "--batch", BATCHES, lambda _: 1.0)


def table(name, rows):
    lines = [f"| {name} | s | limit, s | of it | resident, MB |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {at} | {s:.3f} | {limit:.3f} | {s / limit:.1f} | {resident / 1e6:.0f} |" for at, s, limit, resident in rows]
    return "\n".join(lines)


def draw(measured, path):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "path", "svg.hashsalt": "growth", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, len(measured), figsize=(3.2 * len(measured), 5.2), layout="constrained")
    for (time_axis, memory_axis), (name, rows) in zip(axes.T, measured):
        at, seconds, limits, resident = zip(*rows)
        time_axis.plot(at, seconds, "o-", color="#2563eb", label="measured")
        time_axis.plot(at, limits, "--", color="#5c6675", label="limit")
        memory_axis.plot(at, [value / 1e6 for value in resident], "o-", color="#d9772f")
        wide = max(at) / min(at) > 16
        highest = (max(seconds + limits), max(resident) / 1e6)
        for axis, most in zip((time_axis, memory_axis), highest):
            axis.set(xlabel=name, ylim=(0, 1.1 * most))
            axis.grid(alpha=0.25)
            if wide:
                axis.set_xscale("log")
            else:
                axis.set_xticks(at)
        if wide:
            time_axis.set(yscale="log", ylim=(min(seconds + limits) / 2, 2 * highest[0]))
    axes[0, 0].set_ylabel("seconds")
    axes[1, 0].set_ylabel("resident, MB")
    axes[0, 0].legend(frameon=False)
    figure.savefig(path, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})


def run(worker, model, rounds, out, svg):
    growth = Growth(worker, model, rounds, out)
    measured = [growth.pixels(), growth.images(), growth.threads(), growth.batches()]
    rates = ", ".join(f"{flops / 1e9:.0f} GFLOP/s in {precision}" for precision, flops in growth.flops.items())
    print(f"\n{model}, computing in {growth.precision}; {rates}, {growth.bandwidth / 1e9:.1f} GB/s read and written\n")
    print("\n\n".join(table(name, rows) for name, rows in measured), flush=True)
    draw(measured, svg)
