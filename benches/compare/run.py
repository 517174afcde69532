"""Times Cutout and rembg, same weights, same photos, same machine, in turns, and prints a table of
medians and of the ratio of medians. Both as they come: Cutout refines edges and cleans colours.

Sections: network (against ONNX Runtime alone), photo (a warm program, 12 MP JPEG to PNG), cold (a
process for one photo of 1 MP), folder (many photos of 0.5 to 24 MP), growth (Cutout alone; its plots go
into docs/).
"""

import argparse
import functools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import threading
import time

import growth as growing
import numpy as np
import photos

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SECTIONS = ("network", "photo", "cold", "folder", "growth")
#: So that threads of the program that had its turn have stopped spinning.
REST_S = 0.3


def arguments():
    parser = argparse.ArgumentParser(prog="benches/compare/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cutout", type=pathlib.Path, default=REPOSITORY / "target/release/cutout", help="the executable")
    parser.add_argument("--sections", default=",".join(SECTIONS))
    parser.add_argument("--models", default="u2netp,u2net")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--photos", type=int, default=100, help="how many the folder has [100]")
    parser.add_argument("--out", type=pathlib.Path, default=REPOSITORY / "target/compare")
    return parser.parse_args()


def weights(model):
    return REPOSITORY / "models" / f"{model}.onnx"


class Worker:
    """A `cutout remove` that is given photos one by one and keeps its network."""

    def __init__(self, cutout, model, out, *flags):
        batch = () if "--batch" in flags else ("--batch", "1")
        command = [cutout.resolve(), "remove", "--json", "--device", "cpu", *batch, "--model", model, "--out", out, "--on-exist", "replace", *flags, "--files-from", "-"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def cut(self, path):
        """Seconds from the name to the answer, and the answer."""
        started = time.perf_counter()
        print(path.resolve(), file=self.process.stdin, flush=True)
        answer = self.answer()
        self.saved = pathlib.Path(answer["outputs"][0]["path"])
        return time.perf_counter() - started, answer

    def answer(self):
        answer = json.loads(self.process.stdout.readline())
        if answer["status"] != "done":
            raise SystemExit(f"cutout: {answer}")
        return answer

    def answers(self, paths):
        """The answers for photos that are all named at once."""
        names = "".join(f"{path.resolve()}\n" for path in paths)

        def tell():
            self.process.stdin.write(names)
            self.process.stdin.flush()

        telling = threading.Thread(target=tell)
        telling.start()
        answers = [self.answer() for _ in paths]
        telling.join()
        return answers

    def cut_all(self, paths):
        """Seconds from the names to the last answer."""
        return timed(lambda: self.answers(paths))

    def end(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit("cutout failed")


def in_turns(rounds, *ways):
    """Medians of each way's seconds; a first turn of each does not count."""
    seconds = [[] for _ in ways]
    for number in range(rounds + 1):
        for way, taken in zip(ways, seconds):
            time.sleep(REST_S)
            took = way()
            if number:
                taken.append(took)
    return [statistics.median(taken) for taken in seconds]


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def row(name, ours, theirs, more=""):
    print(f"| {name} | {ours:.3f} | {theirs:.3f} | {ours / theirs:.2f} | {more} |", flush=True)


def network(args, model):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    session = onnxruntime.InferenceSession(weights(model), options, providers=["CPUExecutionProvider"])
    values = np.random.default_rng(photos.SEED).normal(size=(1, 3, 320, 320)).astype(np.float32)
    name = session.get_inputs()[0].name
    small = photos.photo(0, 0.1, args.out / "photos/small.jpg")
    for precision in ("fp32", "auto"):
        worker = Worker(args.cutout, model, args.out / "network", "--precision", precision, "--refine", "off", "--save", "mask")
        ours, theirs = in_turns(
            args.rounds * 2,
            lambda: worker.cut(small)[1]["timings"]["infer_ms"] / 1000,
            lambda: timed(lambda: session.run(None, {name: values})),
        )
        worker.end()
        row(f"network, {model}, {precision}, ONNX Runtime", ours, theirs)


def session(model):
    import rembg

    return rembg.new_session(model)


def photo(args, model):
    import rembg

    path = photos.photo(0, 12, args.out / "photos/12mp.jpg")
    warm = session(model)
    for what, flags in (("cutout", []), ("mask", []), ("mask", ["--refine", "off"])):
        only_mask = what == "mask"
        folder = args.out / f"photo-{what}"
        worker = Worker(args.cutout, model, folder, "--save", what, *flags)
        theirs_path = folder / "rembg.png"

        def rembg_way():
            theirs_path.write_bytes(rembg.remove(path.read_bytes(), session=warm, only_mask=only_mask))

        ours, theirs = in_turns(args.rounds, lambda: worker.cut(path)[0], lambda: timed(rembg_way))
        worker.end()
        size = worker.saved.stat().st_size / theirs_path.stat().st_size
        row(" ".join([f"12 MP JPEG to {what}, warm, {model}", *flags]), ours, theirs, f"file {size:.2f} of rembg's")


def cold(args, model):
    path = photos.photo(1, 1, args.out / "photos/1mp.jpg")
    out = args.out / "cold"
    out.mkdir(parents=True, exist_ok=True)
    rembg = shutil.which("rembg", path=str(pathlib.Path(os.sys.executable).parent))
    ours, theirs = in_turns(
        args.rounds,
        lambda: timed(lambda: subprocess.run([args.cutout.resolve(), "remove", "--device", "cpu", "--model", model, "--out", out, "--on-exist", "replace", path], check=True, capture_output=True)),
        lambda: timed(lambda: subprocess.run([rembg, "i", "-m", model, path, out / "rembg.png"], check=True, capture_output=True)),
    )
    row(f"1 MP, cold, {model}", ours, theirs)


def folder(args, model):
    path = photos.folder(args.photos, args.out / f"photos/{args.photos}")
    out = args.out / "folder"
    rembg = shutil.which("rembg", path=str(pathlib.Path(os.sys.executable).parent))
    # rembg passes over what is there.
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    ours = timed(lambda: subprocess.run([args.cutout.resolve(), "remove", "--device", "cpu", "--model", model, "--out", out / "cutout", "--on-exist", "replace", path], check=True, capture_output=True))
    theirs = timed(lambda: subprocess.run([rembg, "p", "-m", model, path, out / "rembg"], check=True, capture_output=True))
    row(f"folder of {args.photos}, {model}", ours, theirs, f"{theirs / ours:.1f} times as many a second; one turn")


def growth(args, model):
    growing.run(functools.partial(Worker, args.cutout), model, args.rounds, args.out, REPOSITORY / f"docs/growth-{model}.svg")


def main():
    args = arguments()
    # rembg takes the project's own weights: nothing is downloaded.
    os.environ["U2NET_HOME"] = str(REPOSITORY / "models")
    print("| what | Cutout, s | rembg, s | ratio | |\n| --- | --- | --- | --- | --- |")
    for section in args.sections.split(","):
        for model in args.models.split(","):
            {"network": network, "photo": photo, "cold": cold, "folder": folder, "growth": growth}[section](args, model)


if __name__ == "__main__":
    main()
