//! What in a folder is no photo, or cannot be read, is told and never silently left out.

use std::fs;

use super::{gradient_photo, names_in, remove, sample, stderr, text};

#[test]
fn photos_are_known_by_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    fs::create_dir(&input).unwrap();
    for name in ["gas_mask.png", "paper_cutout.png"] {
        gradient_photo(&input, name);
    }
    let jpeg = sample("rocket.jpg");
    for name in ["a.jpe", "b.jfif", "no-ending", "renamed.heic"] {
        fs::copy(&jpeg, input.join(name)).unwrap();
    }
    fs::write(input.join("README"), "no photo").unwrap();
    fs::write(input.join("phone.heic"), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").unwrap();
    let output = remove(&[text(&input), "--out", text(&out)]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let expected = [
        "a_cutout.png",
        "b_cutout.png",
        "gas_mask_cutout.png",
        "no-ending_cutout.png",
        "paper_cutout_cutout.png",
        "renamed_cutout.png",
    ];
    assert_eq!(names_in(&out), expected);
    let words = stderr(&output);
    assert!(words.contains("phone.heic: passed over: HEIC"), "{words}");
    assert!(words.contains("1 of a format that cannot be opened (HEIC)"), "{words}");
    assert!(!words.contains("README"), "{words}");
    // One that is named itself is asked for.
    let named = remove(&[text(&input.join("phone.heic"))]);
    assert_eq!(named.status.code(), Some(1), "{}", stderr(&named));
}

/// Under whichever template, format and kind they were written, and wherever they lie.
#[test]
fn own_results_are_never_cut_again() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let runs = [
        &["--save", "cutout,mask"][..],
        &["--name", "{name}-cut"],
        &["--name", "{number}", "--format", "webp"],
        &["--name", "x{name}", "--format", "jpeg"],
        &["--format", "tiff"],
        &["--name", "{name}_{kind}_final", "--save", "mask"],
    ];
    for args in runs {
        let output = remove(&[&[text(&photo)], args].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let before = names_in(folder.path());
    assert_eq!(before.len(), 8, "{before:?}");
    let output = remove(&[text(folder.path()), "--recursive", "--name", "again-{name}"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let new: Vec<String> =
        names_in(folder.path()).into_iter().filter(|name| !before.contains(name)).collect();
    assert_eq!(new, ["again-a.png"], "{}", stderr(&output));
    assert!(stderr(&output).contains("7 of Cutout's own results"), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_named_and_decides_the_exit_code() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    gradient_photo(folder.path(), "a.png");
    symlink("nowhere", folder.path().join("b.png")).unwrap();
    symlink("nowhere", folder.path().join("b.txt")).unwrap();
    let output = remove(&[text(folder.path())]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let words = stderr(&output);
    assert!(words.contains("b.png: passed over: a link to a file that is not there"), "{words}");
    assert!(words.contains("passed over: 1 unreadable"), "{words}");
    assert!(!words.contains("b.txt"), "{words}");
    assert!(folder.path().join("a_cutout.png").is_file());
}
