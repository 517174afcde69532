//! Fetching by address from a server on this machine, through every way it can go wrong.

mod server;

use std::{
    cell::RefCell,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use cutout_fetch::{Artifact, FetchError, Progress, Source, fetch, sha256_of_file};
use server::{Answer, Server, not_found, rest, whole};

fn content() -> Vec<u8> {
    (0..700_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn artifact(urls: &[&str]) -> Artifact {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), content()).unwrap();
    Artifact {
        file: "file.onnx".to_owned(),
        size_bytes: content().len() as u64,
        sha256: sha256_of_file(file.path()).unwrap(),
        sources: urls.iter().map(|&url| Source::Url { url: url.to_owned() }).collect(),
    }
}

fn fetch_quietly(artifact: &Artifact, folder: &Path) -> Result<(), FetchError> {
    let path = fetch(artifact, folder, &|_| {}, &|| false)?;
    assert_eq!(path, folder.join(&artifact.file));
    Ok(())
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_file_arrives_whole_whatever_was_there_and_however_the_server_answers() {
    let content = content();
    let size = content.len();
    struct Case {
        name: &'static str,
        part: Vec<u8>,
        answers: Vec<Answer>,
        ranges: Vec<Option<&'static str>>,
    }
    let cases = [
        Case {
            name: "from nothing",
            part: vec![],
            answers: vec![whole(&content, size)],
            ranges: vec![None],
        },
        Case {
            name: "cut once, resumed in the same call",
            part: vec![],
            answers: vec![whole(&content, 300_000), rest(&content, 300_000)],
            ranges: vec![None, Some("bytes=300000-")],
        },
        Case {
            name: "interrupted in an earlier run",
            part: content[..123_456].to_vec(),
            answers: vec![rest(&content, 123_456)],
            ranges: vec![Some("bytes=123456-")],
        },
        Case {
            name: "a server that ignores ranges",
            part: content[..123_456].to_vec(),
            answers: vec![whole(&content, size)],
            ranges: vec![Some("bytes=123456-")],
        },
        Case {
            name: "the part is of another file",
            part: vec![0; 1000],
            answers: vec![rest(&content, 1000), whole(&content, size)],
            ranges: vec![Some("bytes=1000-"), None],
        },
        Case {
            name: "the part is whole already",
            part: content.clone(),
            answers: vec![],
            ranges: vec![],
        },
        Case {
            name: "the part is too long",
            part: vec![0; size + 1],
            answers: vec![whole(&content, size)],
            ranges: vec![None],
        },
    ];
    for case in cases {
        let folder = tempfile::tempdir().unwrap();
        if !case.part.is_empty() {
            fs::write(folder.path().join("file.onnx.part"), &case.part).unwrap();
        }
        let server = Server::start(case.answers);
        fetch_quietly(&artifact(&[&server.url]), folder.path())
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert_eq!(fs::read(folder.path().join("file.onnx")).unwrap(), content, "{}", case.name);
        assert_eq!(names_in(folder.path()), ["file.onnx"], "{}", case.name);
        let ranges = server.ranges();
        let ranges: Vec<_> = ranges.iter().map(Option::as_deref).collect();
        assert_eq!(ranges, case.ranges, "{}", case.name);
    }
}

#[test]
fn what_does_not_match_is_refused_with_both_values_and_not_left_behind() {
    let mut tampered = content();
    tampered[500_000] ^= 1;
    let mut longer = content();
    longer.push(0);
    for (sent, words) in [(tampered, "sha256"), (longer, "more than the expected 700000 bytes")] {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(vec![whole(&sent, sent.len())]);
        let pinned = artifact(&[&server.url]);
        let message = fetch_quietly(&pinned, folder.path()).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
        assert!(!folder.path().join("file.onnx").exists());
        let left = fs::metadata(folder.path().join("file.onnx.part")).map_or(0, |part| part.len());
        assert_eq!(left, 0);
        if words == "sha256" {
            assert!(message.contains(&pinned.sha256), "{message}");
        }
    }
}

#[test]
fn a_file_that_is_right_is_kept_and_one_that_is_wrong_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.onnx");
    fs::write(&path, content()).unwrap();
    fetch_quietly(&artifact(&[]), folder.path()).unwrap();

    fs::write(&path, "tampered").unwrap();
    let server = Server::start(vec![whole(&content(), 700_000)]);
    fetch_quietly(&artifact(&[&server.url]), folder.path()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), content());
}

#[test]
fn the_next_source_is_tried_and_the_error_tells_of_each() {
    let (bad, good) =
        (Server::start(vec![not_found()]), Server::start(vec![whole(&content(), 700_000)]));
    let folder = tempfile::tempdir().unwrap();
    fetch_quietly(&artifact(&[&bad.url, &good.url]), folder.path()).unwrap();

    let (missing, cut) =
        (Server::start(vec![not_found()]), Server::start(vec![whole(&content(), 0)]));
    let folder = tempfile::tempdir().unwrap();
    let message =
        fetch_quietly(&artifact(&[&missing.url, &cut.url]), folder.path()).unwrap_err().to_string();
    for words in [&missing.url, "404", &cut.url, "broke off at 0 of 700000 bytes"] {
        assert!(message.contains(words), "{words} is not in: {message}");
    }
}

#[test]
fn cancelling_ends_the_download_at_once_and_keeps_what_came() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(vec![whole(&content(), 300_000)]);
    let reached = RefCell::new(None);
    let result = fetch(
        &artifact(&[&server.url]),
        folder.path(),
        &|progress| *reached.borrow_mut() = Some(progress),
        &|| reached.borrow().is_some(),
    );
    assert!(matches!(result, Err(FetchError::Cancelled)), "{result:?}");
    let Progress { done_bytes, total_bytes } = reached.into_inner().unwrap();
    assert_eq!(total_bytes, 700_000);
    let part = fs::read(folder.path().join("file.onnx.part")).unwrap();
    assert_eq!(part, content()[..done_bytes as usize]);

    let server = Server::start(vec![rest(&content(), part.len())]);
    fetch_quietly(&artifact(&[&server.url]), folder.path()).unwrap();
}

#[test]
fn a_silent_server_does_not_hold_up_cancelling() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(vec![Answer::Silence]);
    let started = Instant::now();
    let cancelled = || started.elapsed() > Duration::from_millis(300);
    let result = fetch(&artifact(&[&server.url]), folder.path(), &|_| {}, &cancelled);
    assert!(matches!(result, Err(FetchError::Cancelled)), "{result:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
}
