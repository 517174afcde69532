//! Standard output and standard error that are closed or full, names that are no text, and lists that
//! are written oddly.

use std::{
    ffi::OsStr,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use super::{gradient_photo, lines, names_in, stderr};

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutout"));
    command.args(["remove", "--model", "u2netp", "--device", "cpu", "--out", "out"]);
    command.current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn photos(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for number in 0..count {
        gradient_photo(folder.path(), &format!("in/{number}.png"));
    }
    folder
}

#[test]
fn the_work_goes_on_where_nobody_reads() {
    for args in [&["in"][..], &["in", "--json"]] {
        let folder = photos(4);
        let mut child = command(folder.path()).args(args).spawn().unwrap();
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{args:?}");
        assert_eq!(names_in(&folder.path().join("out")).len(), 4, "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_the_output_is_told_and_the_work_goes_on() {
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let folder = photos(3);
    for args in [&["in"][..], &["in", "--json"]] {
        let output = command(folder.path()).args(args).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let words = stderr(&output);
        assert!(words.contains("standard output cannot be written"), "{words}");
        assert!(words.contains("could not be written to standard output: 3"), "{words}");
        fs::remove_dir_all(folder.path().join("out")).unwrap_or_default();
        // Neither can be written.
        let status = command(folder.path()).args(args).stdout(full()).stderr(full()).status();
        assert_eq!(status.unwrap().code(), Some(1), "{args:?}");
        assert_eq!(names_in(&folder.path().join("out")).len(), 3);
        fs::remove_dir_all(folder.path().join("out")).unwrap();
    }
    for args in [&["info"][..], &["info", "--json"], &["models"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cutout"));
        let output = command.args(args).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(stderr(&output).contains("standard output cannot be written"), "{args:?}");
    }
}

/// The system sends a signal that ends a program which does not expect it.
#[cfg(target_os = "linux")]
#[test]
fn a_file_larger_than_the_user_may_write_fails_one_photo() {
    let folder = photos(2);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_cutout")]);
    limited.args(["remove", "--model", "u2netp", "--device", "cpu", "--out", "out", "in"]);
    let output = limited.current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("2 of 2 photos failed"), "{}", stderr(&output));
    assert_eq!(names_in(&folder.path().join("out")), [""; 0]);
}

#[test]
fn logs_have_no_colours_in_files() {
    let folder = photos(1);
    let output = command(folder.path()).arg("in").env("RUST_LOG", "info").output().unwrap();
    let log = stderr(&output);
    assert!(log.contains("INFO") && !log.contains('\x1b'), "{log:?}");
}

#[cfg(unix)]
fn odd_names() -> [&'static OsStr; 5] {
    use std::os::unix::ffi::OsStrExt as _;
    [
        &b"latin\xe9.png"[..],
        b"new\nline.png",
        b"esc\x1b[31mred.png",
        b"\xe2\x80\xaegnp.exe.png",
        b"csi\xc2\x9b31mred.png",
    ]
    .map(OsStr::from_bytes)
}

#[cfg(unix)]
#[test]
fn every_photo_has_one_line_whatever_its_name_and_end() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = photos(0);
    for name in odd_names() {
        let made = gradient_photo(&folder.path().join("in"), "made.png");
        fs::rename(made, folder.path().join("in").join(name)).unwrap();
    }
    fs::write(folder.path().join("in").join(OsStr::from_bytes(b"bad\xff\x1b.jpg")), "x").unwrap();
    let output = command(folder.path()).args(["in", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let told = lines(&output);
    assert_eq!(told.len(), 6);
    let is_text = |line: &Value| line["path_bytes"].is_null();
    assert_eq!(told.iter().filter(|line| is_text(line)).count(), 4);
    for line in &told {
        let bytes = line["path_bytes"].as_array();
        let path = match bytes {
            None => line["path"].as_str().unwrap().as_bytes().to_vec(),
            Some(bytes) => bytes.iter().map(|byte| byte.as_u64().unwrap() as u8).collect(),
        };
        assert!(folder.path().join(OsStr::from_bytes(&path)).is_file(), "{line}");
    }
    assert_no_controls(&output);
}

#[cfg(unix)]
#[test]
fn no_name_moves_the_cursor_of_a_terminal() {
    let folder = photos(0);
    for (number, name) in odd_names().into_iter().enumerate() {
        let path = folder.path().join("in").join(name);
        if number % 2 == 0 {
            fs::write(path, "no photo").unwrap();
        } else {
            fs::rename(gradient_photo(folder.path(), "made.png"), path).unwrap();
        }
    }
    let output = command(folder.path()).args(["in", "in/\x1b[2Jmissing.png"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_no_controls(&output);
}

fn assert_no_controls(output: &Output) {
    for text in [String::from_utf8_lossy(&output.stdout), stderr(output).into()] {
        let is_bad = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!text.contains(is_bad), "{text:?}");
    }
}

/// The paths that a run from a list tells as done.
fn from_list(folder: &Path, list: &[u8], args: &[&str], by_stdin: bool) -> Output {
    fs::write(folder.join("list"), list).unwrap();
    let source = if by_stdin { "-" } else { "list" };
    let mut child = command(folder)
        .args(["--json", "--on-exist", "replace", "--files-from", source])
        .args(args)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    if by_stdin {
        stdin.write_all(list).unwrap();
    }
    drop(stdin);
    child.wait_with_output().unwrap()
}

#[test]
fn lists_are_read_however_they_were_written() {
    let folder = photos(2);
    let utf16: Vec<u8> =
        "\u{feff}in/0.png\r\nin/1.png\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for by_stdin in [false, true] {
        for (list, args) in [
            (&b"in/0.png\nin/1.png\n"[..], &[][..]),
            (b"\xef\xbb\xbfin/0.png\r\nin/1.png", &[]),
            (&utf16, &[]),
            (b"in/0.png\0in/1.png\0", &[]),
            (b"in/0.png\0in/1.png\0", &["--null"]),
            (b"in\n", &[]),
            (b".\n", &["--recursive"]),
        ] {
            let output = from_list(folder.path(), list, args, by_stdin);
            let code = output.status.code();
            assert_eq!(code, Some(0), "{list:?} {args:?}: {}", stderr(&output));
            assert_eq!(lines(&output).len(), 2, "{list:?} {args:?}");
            fs::remove_dir_all(folder.path().join("out")).unwrap();
        }
    }
    let refused = from_list(folder.path(), b"in/0.png\nin/1.png\nin/2.png\n", &["--null"], false);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("leave --null away"), "{}", stderr(&refused));
}
