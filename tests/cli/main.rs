//! The real executable without a window: what it writes, what it says and how it exits.

mod edges;
mod export;
#[path = "../common/gradient.rs"]
mod gradient;
mod many;
mod passed_over;
#[path = "../common/samples.rs"]
mod samples;
mod streams;
mod whose;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use gradient::gradient_photo;
use samples::sample;
use serde_json::Value;

/// `cutout` with the lite weights on the CPU, so that machines with a GPU test the same.
fn remove(args: &[&str]) -> Output {
    cutout(&[&["remove", "--model", "u2netp", "--device", "cpu"], args].concat())
}

fn cutout(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cutout"))
        .args(args)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .expect("the executable runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn photos_become_cutouts_and_masks() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    let out = folder.path().join("out");
    fs::create_dir(&photos).unwrap();
    for name in ["chelsea.png", "astronaut.png"] {
        fs::copy(sample(name), photos.join(name)).unwrap();
    }
    let before = fs::read(photos.join("chelsea.png")).unwrap();
    let output = remove(&[text(&photos), "--out", text(&out), "--save", "cutout,mask", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(
        names_in(&out),
        ["astronaut_cutout.png", "astronaut_mask.png", "chelsea_cutout.png", "chelsea_mask.png"]
    );
    assert_eq!(fs::read(photos.join("chelsea.png")).unwrap(), before, "the original is untouched");

    let original = image::open(photos.join("chelsea.png")).unwrap().to_rgb8();
    let image::DynamicImage::ImageRgba8(result) =
        image::open(out.join("chelsea_cutout.png")).unwrap()
    else {
        panic!("not RGBA of 8 bits")
    };
    let image::DynamicImage::ImageLuma8(mask) = image::open(out.join("chelsea_mask.png")).unwrap()
    else {
        panic!("not grey of 8 bits")
    };
    assert_eq!(result.dimensions(), original.dimensions());
    assert_eq!(mask.dimensions(), original.dimensions());
    for ((result, mask), original) in result.pixels().zip(mask.pixels()).zip(original.pixels()) {
        assert_eq!(result[3], mask[0]);
        assert!(mask[0] < 255 || result.0[..3] == original.0);
    }
    let share = mask.pixels().filter(|pixel| pixel[0] > 127).count() as f64
        / f64::from(mask.width() * mask.height());
    assert!((0.2..0.9).contains(&share), "the cat fills {share} of the mask");

    let told = lines(&output);
    assert_eq!(told.len(), 2);
    for line in told {
        assert_eq!(line["status"], "done");
        assert_eq!(line["outputs"].as_array().unwrap().len(), 2);
        for step in ["decode_ms", "infer_ms", "refine_ms", "save_ms"] {
            assert!(line["timings"][step].as_f64().unwrap() > 0.0, "{step}: {line}");
        }
        assert_eq!(line["rungs"], serde_json::json!([]), "memory did not run out");
        let pass = &line["pass"];
        assert_eq!(pass["on_gpu"], false);
        assert!(["fp32", "bf16"].contains(&pass["precision"].as_str().unwrap()), "{pass}");
        assert!(pass["images"].as_u64() >= Some(1) && pass["peak_bytes"].as_u64() > Some(4 << 20));
        let points: Vec<&str> = line["cleanup"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| record["point"].as_str().unwrap())
            .collect();
        assert_eq!(points, ["after_inference", "after_mask", "after_image", "after_job"]);
    }
}

#[test]
fn a_bad_photo_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let good = gradient_photo(folder.path(), "good.png");
    let bad = folder.path().join("bad.jpg");
    fs::write(&bad, "no photo").unwrap();
    let missing = folder.path().join("missing.png");
    let output = remove(&[text(&bad), text(&missing), text(&good), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    for line in lines(&output) {
        let path = line["path"].as_str().unwrap();
        if path == text(&good) {
            assert_eq!(line["status"], "done");
        } else {
            assert_eq!(line["status"], "failed");
            assert!(line["error"].as_str().unwrap().contains(path), "{line}");
        }
    }
    assert_eq!(names_in(folder.path()), ["bad.jpg", "good.png", "good_cutout.png"]);
}

#[test]
fn wrong_usage_is_told_and_exits_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let empty = text(folder.path());
    let photo = gradient_photo(&std::env::temp_dir(), "cutout_usage.png");
    for (args, expected) in [
        (vec!["remove"], "<PATH>"),
        (vec!["remove", empty], "no photos"),
        (vec!["remove", text(&photo), "--device", "gpu"], "auto, cpu, cuda"),
        (vec!["remove", text(&photo), "--model", "u3net"], "u3net"),
        (vec!["remove", text(&photo), "--save", "matte"], "cutout"),
        (vec!["remove", text(&photo), "--max-megapixels", "0"], "max-megapixels"),
        (vec!["remove", text(&photo), "--format", "heic"], "webp-lossless"),
        (vec!["remove", text(&photo), "--quality", "0", "--format", "webp"], "1..=100"),
        (vec!["remove", text(&photo), "--quality", "80"], "--format webp and jpeg"),
        (vec!["remove", text(&photo), "--save", "mask", "--format", "webp"], "no effect on masks"),
        (vec!["remove", text(&photo), "--save", "mask", "--background", "red"], "#rrggbb"),
        (vec!["remove", text(&photo), "--save", "mask", "--metadata", "all"], "--metadata"),
        (vec!["remove", text(&photo), "--format", "jpeg", "--png", "small"], "--png has no effect"),
        (vec!["remove", text(&photo), "--resume", "/dev/full"], "regular file"),
        (vec!["remove", text(&photo), "--durable", "maybe"], "on, off"),
        (vec!["remove", text(&photo), "--background", "mauve"], "#rrggbb"),
        (vec!["remove", text(&photo), "--refine", "slow"], "off, fast, matting"),
        (vec!["remove", text(&photo), "--clean-colours", "maybe"], "on, off"),
        (vec!["remove", text(&photo), "--name", "../{name}"], "'/'"),
        (vec!["remove", text(&photo), "--name", "{title}"], "{number}"),
        (vec!["remove", text(&photo), "--name", "cutout"], "same name"),
        (vec!["remove", text(&photo), "--metrics", "nowhere"], "HOST:PORT"),
        (vec!["models", "fetch", "u3net"], "u3net"),
        (vec!["--no-such-option"], "--no-such-option"),
    ] {
        let output = cutout(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn existing_results_are_handled_as_asked() {
    for (on_exist, expected) in [
        (None, vec!["a.png", "a_cutout.png", "a_cutout_2.png"]),
        (Some("number"), vec!["a.png", "a_cutout.png", "a_cutout_2.png"]),
        (Some("skip"), vec!["a.png", "a_cutout.png"]),
        (Some("replace"), vec!["a.png", "a_cutout.png"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let photo = gradient_photo(folder.path(), "a.png");
        let older = gradient_photo(folder.path(), "a_cutout.png");
        let before = fs::read(&older).unwrap();
        let option = on_exist.map_or(vec![], |value| vec!["--on-exist", value]);
        let output = remove(&[&[text(&photo)], option.as_slice()].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(names_in(folder.path()), expected, "{on_exist:?}");
        let kept = fs::read(&older).unwrap() == before;
        assert_eq!(kept, on_exist != Some("replace"), "{on_exist:?}");
    }
}

#[test]
fn a_batch_that_skips_does_only_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    gradient_photo(folder.path(), "new.png");
    // That it cannot be read shows that nobody tried.
    fs::write(folder.path().join("old.jpg"), "no photo").unwrap();
    gradient_photo(&out, "old_cutout.png");
    let skip = ["--on-exist", "skip", "--json", "--out", text(&out)];
    let output = remove(&[&[text(folder.path())], &skip[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut states: Vec<String> =
        lines(&output).iter().map(|line| line["status"].as_str().unwrap().to_owned()).collect();
    states.sort();
    assert_eq!(states, ["done", "skipped"]);
    assert_eq!(names_in(&out), ["new_cutout.png", "old_cutout.png"]);
}

#[test]
fn photos_of_the_same_name_keep_their_own_results() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut photos: Vec<PathBuf> = Vec::new();
    for (below, name) in [("one", "a.png"), ("two", "a.png"), ("two", "a.bmp")] {
        fs::create_dir_all(folder.path().join(below)).unwrap();
        photos.push(gradient_photo(&folder.path().join(below), name));
    }
    let mut args: Vec<&str> = photos.iter().map(|photo| text(photo)).collect();
    args.extend(["--out", text(&out), "--on-exist", "replace"]);
    let output = remove(&args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(names_in(&out), ["a_cutout.png", "a_cutout_2.png", "a_cutout_3.png"]);
}

#[test]
fn folders_are_searched_as_deep_as_asked_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    fs::create_dir_all(photos.join("shoes")).unwrap();
    gradient_photo(&photos, "top.png");
    gradient_photo(&photos.join("shoes"), "left.png");
    for (recursive, expected) in
        [(false, vec!["top_cutout.png"]), (true, vec!["shoes", "top_cutout.png"])]
    {
        let out = folder.path().join(format!("out_{recursive}"));
        let mut args = vec![text(&photos), "--out", text(&out)];
        args.extend(recursive.then_some("--recursive"));
        let output = remove(&args);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(names_in(&out), expected);
    }
    assert_eq!(names_in(&folder.path().join("out_true/shoes")), ["left_cutout.png"]);
}

/// A file size limit stands in for a full disk: the write fails after its first bytes.
#[cfg(unix)]
#[test]
fn a_write_that_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(sample("chelsea.png"), folder.path().join("cat.png")).unwrap();
    let script = r#"trap '' XFSZ; ulimit -f 8; exec "$0" remove --model u2netp --device cpu "$1""#;
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_cutout")])
        .arg(folder.path().join("cat.png"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("cat_cutout.png"), "{}", stderr(&output));
    assert_eq!(names_in(folder.path()), ["cat.png"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_batch_and_leaves_only_whole_files() {
    use std::io::{BufRead, BufReader};

    let folder = tempfile::tempdir().unwrap();
    // Some are still to be handed to the engine when the first is done.
    for number in 0..60 {
        gradient_photo(folder.path(), &format!("{number:02}.png"));
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_cutout"))
        .args(["remove", "--model", "u2netp", "--device", "cpu", "--json"])
        .arg(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = told.next().unwrap().unwrap();
    assert!(first.contains("\"done\""));
    // The shell's own `kill`: a bare machine has no program of that name.
    let interrupted =
        Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(interrupted.success());
    let told: Vec<String> = [first].into_iter().chain(told.map(Result::unwrap)).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(told.iter().any(|line| line.contains("\"cancelled\"")));
    let path = |line: &String| serde_json::from_str::<Value>(line).unwrap()["path"].to_string();
    let paths: BTreeSet<String> = told.iter().map(path).collect();
    assert_eq!((told.len(), paths.len()), (60, 60), "one line a photo: {told:?}");
    for name in names_in(folder.path()) {
        assert!(name.ends_with(".png") && !name.starts_with('.'), "left behind: {name}");
        assert!(image::open(folder.path().join(&name)).is_ok(), "not whole: {name}");
    }
}

#[test]
fn without_a_display_it_says_so_in_one_line() {
    let output = cutout(&[]);
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert_eq!(told.trim().lines().count(), 1, "{told}");
    assert!(told.contains("cutout remove"), "{told}");
}

#[test]
fn info_and_models_tell_what_is_there() {
    let output = cutout(&["info", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let info: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(info["cutout"], env!("CARGO_PKG_VERSION"));
    assert_eq!(info["libtorch"], "2.11.0");
    assert!(!info["device"]["name"].as_str().unwrap().is_empty());
    assert!(!info["device"]["why"].as_str().unwrap().is_empty());
    assert!(info["device"]["allocator"].is_string());
    assert_eq!(info["device"]["driver"].is_string(), info["device"]["is_gpu"] == true);
    let words = stdout(&cutout(&["info"])) + &stdout(&cutout(&["models"]));
    for id in ["u2net", "u2netp"] {
        let state = info["models"]
            .as_array()
            .unwrap()
            .iter()
            .find(|model| model["id"] == id)
            .map(|model| model["state"].clone());
        assert_eq!(state, Some(Value::from("present")), "{id}");
        assert!(words.contains(id), "{words}");
    }
}
