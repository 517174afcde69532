//! Whose result is whose: names that no order, share or second process changes, and results that are
//! never taken for another photo's.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use image::{Rgb, RgbImage};

use super::{lines, names_in, remove, stderr, text};

/// A photo of one colour; the lite network finds something or nothing in it, and its cutout keeps
/// what it keeps of the colour.
fn photo(folder: &Path, name: &str, red: u8) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let shade = |x: u32, y: u32| {
        let is_subject = (20..44).contains(&x) && (20..44).contains(&y);
        if is_subject { Rgb([red, 250, 20]) } else { Rgb([red, 30, 60]) }
    };
    RgbImage::from_fn(64, 64, shade).save(&path).unwrap();
    path
}

/// Each photo with the names of its results, as a run tells them.
fn told(args: &[&str]) -> BTreeMap<String, (String, String)> {
    let output = remove(&[args, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let name = |line: &serde_json::Value| {
        let path = Path::new(line["outputs"][0]["path"].as_str().unwrap());
        path.file_name().unwrap().to_str().unwrap().to_owned()
    };
    let line = |line: serde_json::Value| {
        let status = line["status"].as_str().unwrap().to_owned();
        (line["path"].as_str().unwrap().to_owned(), (status, name(&line)))
    };
    lines(&output).into_iter().map(line).collect()
}

fn names(told: &BTreeMap<String, (String, String)>) -> BTreeMap<String, String> {
    told.iter().map(|(photo, (_, name))| (photo.clone(), name.clone())).collect()
}

/// Eight cameras that call their first photo alike, and one with another format.
fn cameras(folder: &Path) -> Vec<PathBuf> {
    let mut photos: Vec<PathBuf> =
        (0..5).map(|k| photo(folder, &format!("{}CANON/IMG_0001.png", 100 + k), 40 * k)).collect();
    photos.push(photo(folder, "100CANON/IMG_0001.bmp", 250));
    photos
}

#[test]
fn names_are_the_same_in_every_order_and_in_shares() {
    let folder = tempfile::tempdir().unwrap();
    let photos = cameras(folder.path());
    let mut order: Vec<&str> = photos.iter().map(|path| text(path)).collect();
    let out = |name: &str| folder.path().join(name);
    let once = names(&told(&[&order[..], &["--out", text(&out("once"))]].concat()));
    assert_eq!(names_in(&out("once")).len(), photos.len());
    order.reverse();
    order.swap(1, 3);
    assert_eq!(names(&told(&[&order[..], &["--out", text(&out("other"))]].concat())), once);
    let mut shares = BTreeMap::new();
    for share in ["1/2", "2/2"] {
        let journal = out(&format!("journal{}", &share[..1]));
        let results = out("shares");
        let args = ["--out", text(&results), "--shard", share, "--resume", text(&journal)];
        shares.extend(names(&told(&[&order[..], &args].concat())));
    }
    assert_eq!(shares, once);
}

#[test]
fn a_photo_that_comes_later_is_done_and_no_older_one_twice() {
    for args in [&["--on-exist", "skip"][..], &["--resume", "journal"]] {
        let folder = tempfile::tempdir().unwrap();
        let photos = cameras(folder.path());
        let journal = folder.path().join("journal");
        let args: Vec<&str> =
            args.iter().map(|&arg| if arg == "journal" { text(&journal) } else { arg }).collect();
        let out = folder.path().join("out");
        let args = [&args[..], &["--out", text(&out)]].concat();
        let all: Vec<&str> = photos.iter().map(|path| text(path)).collect();
        let first = names(&told(&[&all[2..4], &args].concat()));
        let second = told(&[&all[..], &args].concat());
        for (photo, (status, name)) in &second {
            match first.get(photo) {
                Some(before) => assert_eq!((status.as_str(), name), ("skipped", before)),
                None => assert_eq!(status, "done", "{photo}"),
            }
        }
        assert_eq!(names_in(&out).len(), photos.len(), "{args:?}");
        let third = told(&[&all[..], &args].concat());
        assert_eq!(names(&third), names(&second));
        assert!(third.values().all(|(status, _)| status == "skipped"), "{third:?}");
    }
}

#[test]
fn two_runs_on_one_folder_share_it() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    for number in 0..24 {
        photo(&input, &format!("{number:02}.png"), 10 * number);
    }
    let out = folder.path().join("out");
    let start = || {
        Command::new(env!("CARGO_BIN_EXE_cutout"))
            .args(["remove", "--model", "u2netp", "--device", "cpu", "--threads", "1"])
            .args(["--on-exist", "skip", "--json", "--out", text(&out), text(&input)])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let runs = [start(), start()].map(|run| run.wait_with_output().unwrap());
    let mut done = 0;
    for run in &runs {
        assert_eq!(run.status.code(), Some(0), "{}", stderr(run));
        let told = lines(run);
        assert_eq!(told.len(), 24, "every photo has a line in both");
        done += told.iter().filter(|line| line["status"] == "done").count();
    }
    assert_eq!(done, 24, "no photo is done twice");
    let expected: Vec<String> = (0..24).map(|number| format!("{number:02}_cutout.png")).collect();
    assert_eq!(names_in(&out), expected, "and nothing is left behind");
}

#[cfg(unix)]
#[test]
fn claims_and_parts_of_a_run_that_was_killed_are_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    for number in 0..12 {
        photo(&input, &format!("{number:02}.png"), 10 * number);
    }
    let out = folder.path().join("out");
    let args = ["--on-exist", "skip", "--out", text(&out), text(&input)];
    let mut killed = Command::new(env!("CARGO_BIN_EXE_cutout"))
        .args(["remove", "--model", "u2netp", "--device", "cpu", "--json"])
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut told = std::io::BufReader::new(killed.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut told, &mut first).unwrap();
    killed.kill().unwrap();
    killed.wait().unwrap();
    let is_hidden = |name: &String| name.starts_with(".cutout-");
    assert!(names_in(&out).iter().any(is_hidden), "claims of photos under way");
    fs::write(out.join(".cutout-123456.part"), "half of a file").unwrap();
    let again = remove(&args);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    let expected: Vec<String> = (0..12).map(|number| format!("{number:02}_cutout.png")).collect();
    assert_eq!(names_in(&out), expected);
}

#[test]
fn an_empty_or_cut_result_is_made_again() {
    for resumes in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let source = photo(folder.path(), "a.png", 9);
        let journal = folder.path().join("journal");
        let mut args = vec!["--on-exist", "skip", text(&source)];
        if resumes {
            args.extend(["--resume", text(&journal)]);
        }
        told(&args);
        let result = folder.path().join("a_cutout.png");
        let whole = fs::read(&result).unwrap();
        for bytes in [0, whole.len() / 2, whole.len() - 4] {
            fs::write(&result, &whole[..bytes]).unwrap();
            assert_eq!(told(&args)[text(&source)].0, "done", "{bytes} bytes, {resumes}");
            assert!(fs::read(&result).unwrap() == whole);
        }
    }
}

#[test]
fn the_same_name_in_another_folder_is_another_photo() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    for (below, red) in [("one", 1), ("two", 2), ("two", 2)] {
        let here = folder.path().join(below);
        if !here.exists() {
            photo(&here, "a.png", red);
        }
        let output = Command::new(env!("CARGO_BIN_EXE_cutout"))
            .args(["remove", "--model", "u2netp", "--device", "cpu", "a.png", "--resume"])
            .arg(&journal)
            .current_dir(&here)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(here.join("a_cutout.png").is_file(), "{below}");
        assert_eq!(names_in(&here).len(), 2);
    }
}

#[test]
fn a_journal_says_what_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let source = photo(folder.path(), "a.png", 9);
    let journal = folder.path().join("journal");
    let resume = || remove(&[text(&source), "--resume", text(&journal)]);
    assert!(stderr(&resume()).is_empty());
    let words = stderr(&resume());
    assert!(words.contains("1 done before") && words.contains(text(&journal)), "{words}");
    fs::remove_file(folder.path().join("a_cutout.png")).unwrap();
    let words = stderr(&resume());
    assert!(words.contains("no longer where they were written"), "{words}");
    // What else is wanted is not done.
    let mask = remove(&[text(&source), "--resume", text(&journal), "--save", "mask"]);
    assert!(folder.path().join("a_mask.png").is_file(), "{}", stderr(&mask));
}
