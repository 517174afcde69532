"""Tables for docs/edges.md, and contact sheets for the eye.

    report.py FIGURES.json      writes the tables again from a run's figures
"""

import json
import pathlib
import statistics
import sys

import numpy as np
from PIL import Image, ImageDraw

import metrics

START, END = "<!-- figures: written by benches/edges/run -->", "<!-- end of figures -->"
#: Title, decimals and factor of each figure.
ERRORS = {"all": ("all", 4, 1), "band": ("band", 4, 1), "gradient": ("gradient x1000", 2, 1000), "colour": ("colour /255", 1, 1)}
TIMES = {"seconds": ("s", 2, 1), "adds_seconds": ("adds s", 2, 1)}
#: What is asked for on the lemur: way, most over the band, most of the time that rembg's matting adds.
BARS = (("cutout fast", 0.060, 0.1), ("cutout matting", 0.040, 0.5))
GROUPS = {"drawn, about 0.7 MP": "", "drawn, about 2 MP": "-2mp", "drawn, about 12 MP": "-12mp", "cut from photographs": "cut-"}
NATURAL = "natural-"
SHEET_PX = 300


def table(titles, rows):
    """A table of Markdown."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def told(errors, figure):
    """A figure as it is printed, or a dash."""
    _, decimals, factor = {**ERRORS, **TIMES}[figure]
    return f"{errors[figure] * factor:.{decimals}f}" if figure in errors else "–"


def group(found, mark):
    """The cases of a kind: of a size (its ending), or of a beginning; the lemur left out."""
    beginnings = (NATURAL, *(mark for mark in GROUPS.values() if mark.endswith("-")))
    endings = tuple(mark for mark in GROUPS.values() if mark.startswith("-"))

    def belongs(name):
        if mark in beginnings:
            return name.startswith(mark)
        return not name.startswith(beginnings) and (name.endswith(mark) if mark else not name.endswith(endings))

    return {name: case["ways"] for name, case in found.items() if belongs(name) and name != "lemur"}


def means(chosen):
    """Means and the worst case of every figure, by way; only ways that all cases have."""
    ways = [way for way in next(iter(chosen.values())) if all(way in case for case in chosen.values())]
    average = {way: {figure: statistics.fmean(case[way][figure] for case in chosen.values()) for figure in (*ERRORS, *TIMES)} for way in ways}
    worst = {way: {figure: max(chosen, key=lambda name: chosen[name][way][figure]) for figure in ERRORS} for way in ways}
    return average, worst


def mean_tables(title, chosen):
    average, worst = means(chosen)
    figures = {**ERRORS, **TIMES}
    rows = []
    for way, errors in average.items():
        shares = [f"{errors['band'] / average[rival]['band']:.2f}" if rival in average else "–" for rival in ("rembg plain", "rembg matting")]
        rows.append([way, *(told(errors, figure) for figure in figures), *shares])
    yield f"### Means, {title}: {len(chosen)} cases\n"
    yield table(["way", *(name for name, _, _ in figures.values()), "band / plain's", "band / matting's"], rows)
    yield "The worst case of each:\n"
    rows = [[way, *(f"{told(chosen[name][way], figure)} {name}" for figure, name in named.items())] for way, named in worst.items()]
    yield table(["way", *(name for name, _, _ in ERRORS.values())], rows)


def case_table(found, figure):
    ways = list(dict.fromkeys(way for case in found.values() for way in case["ways"]))
    rows = []
    for name, case in found.items():
        errors = [told(case["ways"].get(way, {}), figure) for way in ways]
        rows.append([f"{name}, {case['size_px'][0]}x{case['size_px'][1]}", *errors])
    return table(["case", *ways], rows)


def natural(chosen):
    """How far edges of photos without a known alpha went from where the network saw them."""
    yield f"### Natural photos: {len(chosen)}; of 1000 cells, how many went astray\n"
    rows = []
    for way in next(iter(chosen.values())):
        found = {name: case[way]["astray"] for name, case in chosen.items() if way in case}
        worst = max(found, key=found.get)
        rows.append([way, f"{statistics.fmean(found.values()):.1f}", f"{found[worst]:.1f} {worst.removeprefix(NATURAL)}"])
    yield table(["way", "mean", "worst"], rows)


def lemur(ways):
    figures = {**{figure: ERRORS[figure] for figure in ("all", "band", "gradient")}, **TIMES}
    yield "### The lemur\n"
    yield table(["way", *(name for name, _, _ in figures.values())], [[way, *(told(errors, figure) for figure in figures)] for way, errors in ways.items()])
    for way, most, share in BARS:
        if way in ways and "rembg matting" in ways:
            taken = ways[way]["adds_seconds"] / ways["rembg matting"]["adds_seconds"]
            yield f"- {way}: band {ways[way]['band']:.3f}, at most {most:.3f} asked; {taken:.2f} of the time that rembg's matting adds, at most {share} asked."
    yield ""


def tables(result):
    """Everything between the markers."""
    versions = ", ".join(f"{name} {version}" if name != "cutout" else version for name, version in result["versions"].items())
    yield f"{result['date']}, {result['cpu']}, {result['cores']} cores, {result['model']}, {versions}; rounds: {result['rounds']}."
    yield f"rembg's best setting on the cases: thresholds {result['rembg_best'][0]} and {result['rembg_best'][1]}, erosion {result['rembg_best'][2]}."
    if result["flags_missing"]:
        yield f"This executable has no {', '.join(result['flags_missing'])} yet: the ways that need them are left out."
    yield ""
    if "lemur" in result["cases"]:
        yield from lemur(result["cases"]["lemur"]["ways"])
    for title, ending in GROUPS.items():
        chosen = group(result["cases"], ending)
        if chosen:
            yield from mean_tables(title, chosen)
    chosen = group(result["cases"], NATURAL)
    if chosen:
        yield from natural(chosen)
    yield "### Each case: error over the band\n"
    yield case_table({name: case for name, case in result["cases"].items() if not name.startswith(NATURAL)}, "band")
    yield "### Each case: seconds that the edge adds\n"
    yield case_table(result["cases"], "adds_seconds")


def update(page, result):
    """Writes the tables between the page's markers."""
    before, rest = page.read_text().split(START)
    _, after = rest.split(END)
    page.write_text(f"{before}{START}\n" + "\n".join(tables(result)).rstrip() + f"\n{END}{after}")


def sheet(case, ways, path):
    """Saves photo, true alpha and each way's alpha in one row, and below the place with most of the band."""
    with Image.open(case / "photo.png") as photo, Image.open(case / "alpha.png") as truth:
        shown = {"photo": photo.convert("RGB"), "truth": truth.convert("L")}
    for way, result in ways.items():
        with Image.open(result) as cutout:
            shown[way] = cutout.getchannel("A")
    width, height = shown["photo"].size
    side = min(width, height) // 4
    uncertain = metrics.band(np.asarray(shown["truth"]))
    sums = np.pad(uncertain.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    top, left = np.unravel_index(inside.argmax(), inside.shape)
    page = Image.new("RGB", (SHEET_PX * len(shown), 2 * SHEET_PX + 16), "#333333")
    pen = ImageDraw.Draw(page)
    for number, (name, picture) in enumerate(shown.items()):
        near = picture.crop((left, top, left + side, top + side)).resize((SHEET_PX, SHEET_PX), Image.Resampling.BICUBIC)
        picture.thumbnail((SHEET_PX, SHEET_PX))
        pen.text((number * SHEET_PX + 4, 2), name)
        page.paste(picture, (number * SHEET_PX, 16))
        page.paste(near, (number * SHEET_PX, 16 + SHEET_PX))
    page.save(path)


if __name__ == "__main__":
    update(pathlib.Path(__file__).parents[2] / "docs/edges.md", json.loads(pathlib.Path(sys.argv[1]).read_text()))
