"""Measures edges side by side: Cutout and rembg, same weights, same photos, in turns.

Writes target/edges/figures.json, a contact sheet a case beside it, and the tables of docs/edges.md.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import statistics

import cases
import metrics
import product
import report
import rivals
from PIL import Image
from score import score

REPOSITORY = product.REPOSITORY
PACKAGES = ("rembg", "pymatting", "onnxruntime", "numpy")


def arguments():
    parser = argparse.ArgumentParser(prog="benches/edges/run", description=__doc__)
    parser.add_argument("--cutout", type=pathlib.Path, default=REPOSITORY / "target/release/cutout", help="the executable")
    parser.add_argument("--reference", type=pathlib.Path, help="folder of images/ and u2net/, for more cases")
    parser.add_argument("--stamps", type=pathlib.Path, help="folder of Tux Paint's stamps, for cases cut from photographs")
    parser.add_argument("--lemur", type=pathlib.Path, help="folder of lemur.png and lemur_alpha.png")
    parser.add_argument("--models", type=pathlib.Path, default=REPOSITORY / "models")
    parser.add_argument("--model", default="u2net", choices=["u2net", "u2netp"])
    parser.add_argument("--sizes", default="base,2mp", help="of base, 2mp and 12mp [base,2mp]")
    parser.add_argument("--only", default="", help="names of cases")
    parser.add_argument("--rounds", type=int, default=3, help="how often all ways take their turns [3]")
    parser.add_argument("--out", type=pathlib.Path, default=REPOSITORY / "target/edges")
    parser.add_argument("--no-docs", action="store_true", help="leave docs/edges.md as it is")
    return parser.parse_args()


def machine():
    """The processor and how many cores this process may use."""
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    return {"cpu": model, "cores": len(os.sched_getaffinity(0))}


def folder_of(way):
    return way.replace(", ", "-").replace(" ", "-")


def rounds(args, photos, warm, program):
    """Lets every way cut every photo in turns. Yields after each round, by way and case, the seconds so far:
    for each round those in all and those after the network."""
    seconds = {}
    results = args.out / "results"
    opened = {name: Image.open(path).convert("RGB") for name, path in photos.items()}
    rivals.cut(next(iter(opened.values())), "rembg matting", warm)  # Compiles and warms.
    for number in range(args.rounds):
        for name, photo in opened.items():
            for way in rivals.WAYS:
                if "alpha_matting" in rivals.WAYS[way] and not rivals.fits(photo):
                    continue
                cutout, took = rivals.cut(photo, way, warm)
                seconds.setdefault(way, {}).setdefault(name, []).append(took)
                if number == 0:
                    folder = results / folder_of(way)
                    folder.mkdir(parents=True, exist_ok=True)
                    Image.fromarray(cutout).save(folder / f"{name}.png", compress_level=1)
        for way in program.ways():
            for name, took in program.cut_all(photos, way, results / folder_of(way)).items():
                if name != product.WARM_UP:
                    seconds.setdefault(way, {}).setdefault(name, []).append(took)
        yield seconds


def figures(args, folders, seconds):
    """Errors and medians of seconds by case and way."""
    found = {}
    for name, folder in folders.items():
        with Image.open(folder / "photo.png") as photo:
            found[name] = {"size_px": photo.size, "ways": {}}
        for way, times in seconds.items():
            if name not in times:
                continue
            plain_way = "rembg plain" if way in rivals.WAYS else product.PLAIN
            results = args.out / "results"
            result = product.cutout(results / folder_of(way), name)
            if (folder / "alpha.png").exists():
                errors = score(result, folder)
            else:
                plain = product.cutout(results / folder_of(plain_way), name)
                errors = {"astray": metrics.astray(result[..., 3], plain[..., 3])}
            plain = seconds[plain_way][name]
            adds = statistics.median(mine - least for (_, mine), (_, least) in zip(times[name], plain))
            errors |= {"seconds": statistics.median(whole for whole, _ in times[name]), "adds_seconds": adds}
            found[name]["ways"][way] = errors
    return found


def write(args, folders, program, seconds, done):
    """Writes what is known after some rounds, so that a run that is cut short leaves what it has."""
    result = {
        "date": datetime.date.today().isoformat(),
        **machine(),
        "model": args.model,
        "rounds": done,
        "rembg_best": rivals.BEST,
        "versions": {"cutout": program.version, **{name: importlib.metadata.version(name) for name in PACKAGES}},
        "flags_missing": [flag for flag in product.FLAGS if flag not in program.known],
        "cases": figures(args, folders, seconds),
    }
    (args.out / "figures.json").write_text(json.dumps(result, indent=1) + "\n")
    if not args.no_docs:
        report.update(REPOSITORY / "docs/edges.md", result)
    return result


def main():
    args = arguments()
    only = [name for name in args.only.split(",") if name]
    made = cases.make(args.out / "cases", args.reference, args.stamps, args.lemur, args.sizes.split(","), only)
    folders = {name: args.out / "cases" / name for name in made}
    photos = {name: folder / "photo.png" for name, folder in folders.items()}
    program = product.Product(args.cutout, args.models / f"{args.model}.onnx")
    for done, seconds in enumerate(rounds(args, photos, rivals.session(args.models, args.model), program), 1):
        result = write(args, folders, program, seconds, done)
        print(f"round {done} of {args.rounds}", flush=True)
    for name, folder in folders.items():
        ways = {way: args.out / "results" / folder_of(way) / f"{name}.png" for way in result["cases"][name]["ways"]}
        if (folder / "alpha.png").exists():
            report.sheet(folder, ways, args.out / f"{name}.sheet.png")


if __name__ == "__main__":
    main()
