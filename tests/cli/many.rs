//! A great many photos: lists, shares of the work, journals, and ends before the end.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::{gradient_photo, lines, names_in, remove, sample, stderr, text};

/// A folder `in` with photos, in two folders of its own, and a list of them by their relative paths.
struct Photos {
    folder: tempfile::TempDir,
    paths: Vec<String>,
}

impl Photos {
    fn new(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<String> =
            (0..count).map(|number| format!("in/{}/{number:02}.png", number % 2)).collect();
        for inner in ["in/0", "in/1"] {
            fs::create_dir_all(folder.path().join(inner)).unwrap();
        }
        for path in &paths {
            gradient_photo(folder.path(), path);
        }
        let list: String = paths.iter().flat_map(|path| [path, "\n"]).collect();
        fs::write(folder.path().join("list"), list).unwrap();
        Self { folder, paths }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cutout"));
        command
            .args(["remove", "--model", "u2netp", "--device", "cpu", "--out", "out", "--json"])
            .args(args)
            .current_dir(self.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    /// The paths that are told as done.
    fn done(&self, args: &[&str]) -> BTreeSet<String> {
        let output = self.command(args).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let told = lines(&output);
        let paths: BTreeSet<&str> =
            told.iter().map(|line| line["path"].as_str().unwrap()).collect();
        assert_eq!(paths.len(), told.len(), "a photo has one line: {told:?}");
        let done = told.iter().filter(|line| line["status"] == "done");
        done.map(|line| line["path"].as_str().unwrap().to_owned()).collect()
    }

    /// Every photo has one whole result, in its folder made again, and there is nothing else.
    fn assert_all_done_once(&self) {
        let mut expected: Vec<PathBuf> =
            self.paths.iter().map(|path| path.replace(".png", "_cutout.png").into()).collect();
        let mut found = Vec::new();
        for inner in ["in/0", "in/1"] {
            let out = self.folder.path().join("out").join(inner);
            for name in names_in(&out) {
                let whole = image::load_from_memory(&fs::read(out.join(&name)).unwrap());
                assert!(whole.is_ok(), "not whole: {name}");
                found.push(Path::new(inner).join(name));
            }
        }
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }

    /// Starts and waits for the first photo.
    fn begun(&self, args: &[&str]) -> (Child, impl Iterator<Item = String> + use<>) {
        let mut child = self.command(args).spawn().unwrap();
        let told = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = told.map(Result::unwrap);
        assert!(told.any(|line| line.contains("\"done\"")));
        (child, told)
    }
}

#[test]
fn shares_of_a_list_are_all_of_it_and_no_photo_twice() {
    let photos = Photos::new(12);
    let shares =
        ["1/3", "2/3", "3/3"].map(|shard| photos.done(&["--files-from", "list", "--shard", shard]));
    assert_eq!(shares.iter().map(BTreeSet::len).sum::<usize>(), 12, "{shares:?}");
    assert!(shares.iter().all(|share| share.len() < 12), "{shares:?}");
    photos.assert_all_done_once();
}

#[test]
fn a_journal_is_gone_on_with_and_says_what_is_done() {
    let photos = Photos::new(4);
    let args = ["--files-from", "list", "--resume", "journal"];
    assert_eq!(photos.done(&args).len(), 4);
    assert_eq!(photos.done(&args), BTreeSet::new(), "all is done");
    let list = photos.folder.path().join("list");
    let mut longer = fs::read_to_string(&list).unwrap();
    gradient_photo(&photos.folder.path().join("in/0"), "late.png");
    longer.push_str("in/0/late.png\n");
    fs::write(list, longer).unwrap();
    assert_eq!(photos.done(&args), BTreeSet::from(["in/0/late.png".to_owned()]));
}

#[cfg(unix)]
#[test]
fn no_photo_is_lost_or_done_twice_when_a_run_is_killed_or_terminated() {
    let photos = Photos::new(40);
    let args = ["--files-from", "list", "--resume", "journal"];
    let signal = |child: &Child, name: &str| {
        let command = format!("kill -{name} {}", child.id());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
    };

    let (mut child, told) = photos.begun(&args);
    signal(&child, "KILL");
    drop(told);
    child.wait().unwrap();

    let (mut child, told) = photos.begun(&args);
    signal(&child, "TERM");
    let told: Vec<String> = told.collect();
    assert_eq!(child.wait().unwrap().code(), Some(143));
    let is = |word: &str| told.iter().filter(|line| line.contains(word)).count();
    assert!(is("\"cancelled\"") > 0, "what waited is not done: {told:?}");
    assert!(is("\"done\"") > 0, "what was in hand is: {told:?}");

    assert!(!photos.done(&args).is_empty());
    assert_eq!(photos.done(&args), BTreeSet::new());
    photos.assert_all_done_once();
}

#[test]
fn a_photo_from_standard_input_is_begun_while_the_list_goes_on() {
    let photos = Photos::new(3);
    let mut command = photos.command(&["--files-from", "-"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut list = child.stdin.take().unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    for path in &photos.paths {
        writeln!(list, "{path}").unwrap();
        let line = told.next().unwrap().unwrap();
        assert!(line.contains(path) && line.contains("\"done\""), "{line}");
    }
    drop(list);
    assert!(told.next().is_none());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    photos.assert_all_done_once();
}

/// However late its turn is.
#[test]
fn a_photo_that_is_named_is_never_another_ones_result() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["a.png", "a_cutout.png"].map(|name| gradient_photo(folder.path(), name));
    let before = fs::read(&names[1]).unwrap();
    let many: Vec<PathBuf> = (0..60).map(|n| folder.path().join(format!("none{n}.png"))).collect();
    let paths = [&names[0]].into_iter().chain(&many).chain([&names[1]]).map(|path| text(path));
    let args: Vec<&str> = ["--on-exist", "replace"].into_iter().chain(paths).collect();
    let output = remove(&args);
    assert_eq!(output.status.code(), Some(1), "sixty photos are not there: {}", stderr(&output));
    assert_eq!(fs::read(&names[1]).unwrap(), before);
    assert!(folder.path().join("a_cutout_2.png").is_file());
}

#[test]
fn what_cannot_be_gone_on_with_is_refused_in_words() {
    let photos = Photos::new(1);
    let photo = photos.paths[0].as_str();
    let before = fs::read(photos.folder.path().join(photo)).unwrap();
    for (args, words) in [
        (&["--files-from", "list", "--resume", photo][..], "none of a journal"),
        (&["--files-from", "nowhere"], "this list cannot be read"),
        (&["--files-from", "list", "--shard", "3/2"], "the first of eight"),
        (&["--files-from", "list", photo], "cannot be used with"),
        (&["--null", photo], "cannot be used with"),
    ] {
        let output = photos.command(args).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(words), "{args:?}: {}", stderr(&output));
    }
    assert_eq!(fs::read(photos.folder.path().join(photo)).unwrap(), before);
}

#[test]
fn photos_have_the_same_masks_side_by_side_as_alone() {
    let folder = tempfile::tempdir().unwrap();
    let photos = ["astronaut", "chelsea", "coffee"].map(|name| sample(&format!("{name}.png")));
    let masks = |out: &str, args: &[&str]| {
        let out = folder.path().join(out);
        let output = Command::new(env!("CARGO_BIN_EXE_cutout"))
            .args(["remove", "--model", "u2netp", "--device", "cpu", "--save", "mask"])
            .args(args)
            .arg("--out")
            .arg(&out)
            .args(&photos)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let read = |name: String| (fs::read(out.join(&name)).unwrap(), name);
        names_in(&out).into_iter().map(read).collect::<Vec<_>>()
    };
    let alone = masks("alone", &["--batch", "1"]);
    assert_eq!(alone.len(), photos.len());
    for args in [["--batch", "3", "--threads", "2"], ["--batch", "auto", "--threads", "4"]] {
        assert!(masks(args[1], &args) == alone, "{args:?}");
    }
}
