//! Every message about something that failed is in the user's language: in English it is what the
//! command line and the log say, in German it is German.

use std::{io, path::PathBuf};

use super::*;
use crate::{
    app::{damage::Damage, session::KeepError, settings::SettingsProblem},
    engine::protocol::{
        DeviceError, Failure, Mismatch, ModelError, ModelProblem, NoGpu, NoSnapshot, Problem,
        SnapshotError, Step, WeightsError,
    },
    imaging::{Cancelled, DecodeProblem, NoPicture, SystemError, SystemErrorKind, WriteError},
    lang::{Language, set_language},
    private_file::NotPrivate,
};

/// What libraries and the system say stays as it is: it is left out of the comparison.
const THEIRS: &str = "THEIR WORDS";

fn theirs() -> String {
    THEIRS.to_owned()
}

fn file() -> PathBuf {
    "/photos/a.png".into()
}

fn system_errors() -> Vec<SystemError> {
    use SystemErrorKind::{DiskFull, NoPermission, NotFound, Other, ReadOnly};
    // Whoever adds a kind adds it here.
    let known = |kind| match kind {
        NotFound | NoPermission | DiskFull | ReadOnly | Other => {
            SystemError { kind, words: theirs() }
        }
    };
    [NotFound, NoPermission, DiskFull, ReadOnly, Other].map(known).into()
}

fn an_error() -> SystemError {
    io::Error::other(THEIRS).into()
}

fn decode_problems() -> Vec<DecodeProblem> {
    use DecodeProblem::*;
    let mut all = vec![
        NotFound,
        IsFolder,
        NotAFile,
        Empty,
        UnsupportedFormat("HEIC".into()),
        UnsupportedVariant { format: "TIFF".into(), reason: theirs() },
        Truncated("PNG".into()),
        Damaged { format: "PNG".into(), reason: theirs() },
        TooLarge { width_px: 40_000, height_px: 1_250, max_pixels: 12_500_000 },
        TooLong { width_px: 2, height_px: 9_000_000, max_side_px: 262_144, max_pixels: 16_000_000 },
        TooMuchMemory { max_bytes: 512 << 20 },
    ];
    all.extend([NoPicture::WebPage, NoPicture::Text, NoPicture::Unknown].map(NotAPicture));
    all.extend(system_errors().into_iter().map(Unreadable));
    for problem in &all {
        // Whoever adds a problem adds it above.
        match problem {
            NotFound
            | IsFolder
            | NotAFile
            | Unreadable(_)
            | Empty
            | NotAPicture(_)
            | UnsupportedFormat(_)
            | UnsupportedVariant { .. }
            | Truncated(_)
            | Damaged { .. }
            | TooLarge { .. }
            | TooLong { .. }
            | TooMuchMemory { .. } => {}
        }
    }
    all
}

fn write_errors() -> Vec<WriteError> {
    use WriteError::*;
    let all = vec![
        Cancelled(self::Cancelled),
        Taken(file()),
        DiskFull(file()),
        Folder { folder: "/photos".into(), source: an_error() },
        TooLarge { path: file(), format: "JPEG", width_px: 70_000, height_px: 10 },
        Other { path: file(), source: an_error() },
    ];
    for error in &all {
        match error {
            Cancelled(_)
            | Taken(_)
            | DiskFull(_)
            | Folder { .. }
            | TooLarge { .. }
            | Other { .. } => {}
        }
    }
    all
}

fn weights_errors() -> Vec<WeightsError> {
    use WeightsError::*;
    let tensor = || "stage1.conv".to_owned();
    let mismatches = [
        self::Mismatch::Missing { tensor: tensor(), expected: vec![64, 3] },
        self::Mismatch::Shape { tensor: tensor(), expected: vec![64, 3], found: vec![1] },
        self::Mismatch::Unexpected { tensor: tensor(), found: vec![1] },
    ];
    let mut all = vec![
        UnknownFormat,
        Malformed { format: "ONNX graph", what: theirs() },
        ForbiddenGlobal { global: "os.system".to_owned() },
        OtherNetwork { count: 1234, first: "bert".to_owned() },
    ];
    for (first, others) in mismatches.into_iter().zip([0, 1, 1234]) {
        all.push(Mismatch { network: "u2net", first, others });
    }
    all.push(Cancelled(self::Cancelled));
    for error in &all {
        match error {
            UnknownFormat
            | Malformed { .. }
            | ForbiddenGlobal { .. }
            | OtherNetwork { .. }
            | Mismatch { .. }
            | Cancelled(_) => {}
        }
    }
    all
}

fn model_problems() -> Vec<ModelProblem> {
    use ModelProblem::{Device, GpuRequired, LetGo, Model, NotOnCpu, Other};
    let id = || "u2net".to_owned();
    let mut models = vec![
        ModelError::NotHere { id: id(), looked: vec!["/a".into(), "/b".into()] },
        ModelError::Unknown { spec: "u3net".to_owned(), known: "u2net, u2netp".to_owned() },
        ModelError::Read { path: file(), source: an_error() },
        ModelError::TooLarge { path: file() },
        ModelError::Checksum {
            id: id(),
            path: file(),
            expected: "0a".to_owned(),
            found: "0b".to_owned(),
            found_bytes: 4_574_861,
        },
    ];
    models.push(ModelError::Cancelled(Cancelled));
    models.extend(
        weights_errors().into_iter().map(|source| ModelError::Weights { path: file(), source }),
    );
    let no_gpus = [NoGpu::NoDriver(theirs()), NoGpu::NoSuchDevice { last: 1 }];
    let mut all: Vec<_> = models.into_iter().map(ModelProblem::from).collect();
    all.extend(no_gpus.clone().map(|reason| DeviceError { number: 3, reason }.into()));
    all.extend(no_gpus.map(GpuRequired));
    all.extend([LetGo, NotOnCpu]);
    for problem in &all {
        match problem {
            // The last are words that somebody else chose.
            Model(_) | Device(_) | GpuRequired(_) | LetGo | NotOnCpu | Other(_) => {}
        }
    }
    all
}

fn failures() -> Vec<Failure> {
    use Problem::*;
    let steps = [Step::Decoding, Step::Inferring, Step::Refining, Step::Saving];
    let mut of_files = vec![Replaced, NoFolder(an_error()), NoFreeName];
    of_files.extend(decode_problems().into_iter().map(Unreadable));
    of_files.extend(write_errors().into_iter().map(NotWritten));
    of_files.extend([true, false].map(|on_gpu| OutOfMemory { words: theirs(), on_gpu }));
    of_files.extend([true, false].map(|on_gpu| NetworkFailed { words: theirs(), on_gpu }));
    of_files.extend(steps.map(|step| Fault { step, words: theirs() }));
    of_files.push(NoBackdrop { path: "/sea.png".into(), problem: DecodeProblem::Empty });
    let mut of_none = vec![Lost, FaultUpClose { words: theirs() }];
    of_none.extend(model_problems().into_iter().map(|problem| NoModel(problem.into())));
    for problem in of_files.iter().chain(&of_none) {
        match problem {
            // The last are words that somebody else chose.
            Unreadable(_)
            | Replaced
            | OutOfMemory { .. }
            | NetworkFailed { .. }
            | NoModel(_)
            | Fault { .. }
            | FaultUpClose { .. }
            | Lost
            | NoBackdrop { .. }
            | NoFolder(_)
            | NotWritten(_)
            | NoFreeName
            | Other(_) => {}
        }
    }
    let of_files = of_files.into_iter().map(|problem| Failure::of(file(), problem));
    of_files.chain(of_none.into_iter().map(Failure::from)).collect()
}

fn snapshot_errors() -> Vec<SnapshotError> {
    use SnapshotError::{NoFolder, NotTaken, NotWritten};
    let reasons = [NoSnapshot::NoGpu, NoSnapshot::NotInThisBuild, NoSnapshot::Refused(theirs())];
    let mut all: Vec<_> = reasons.map(NotTaken).into();
    all.extend(write_errors().into_iter().map(NotWritten));
    all.push(NoFolder { folder: "/photos".into(), source: an_error() });
    for error in &all {
        match error {
            // Whoever adds an error adds it above.
            NotTaken(NoSnapshot::NoGpu | NoSnapshot::NotInThisBuild | NoSnapshot::Refused(_))
            | NotWritten(_)
            | NoFolder { .. } => {}
        }
    }
    all
}

fn damages() -> Vec<Damage> {
    let version = Damage::Version { found: "9".to_owned(), known: 2 };
    let line = Damage::Line { number: 1234, words: theirs() };
    vec![Damage::NoText, Damage::NoVersion, version, line]
}

fn not_private() -> Vec<NotPrivate> {
    use NotPrivate::{Link, NotAFile, OtherOwner, OthersWrite};
    // Whoever adds a reason adds it here.
    let known = |why| match why {
        Link(_) | NotAFile(_) | OtherOwner(_) | OthersWrite(_) => why,
    };
    [Link(file()), NotAFile(file()), OtherOwner("/a".into()), OthersWrite("/a".into())]
        .map(known)
        .into()
}

fn settings_problems() -> Vec<SettingsProblem> {
    let mut all = vec![
        SettingsProblem::NoFolder { folder: "/photos".into(), error: an_error() },
        SettingsProblem::NotWritten(WriteError::DiskFull(file())),
    ];
    for why in not_private() {
        all.extend([SettingsProblem::NotRead(why.clone()), SettingsProblem::NotKept(why)]);
    }
    for error in system_errors() {
        all.push(SettingsProblem::Unreadable { path: file(), error });
    }
    for damage in damages() {
        for aside in [Ok("/aside".into()), Err(an_error())] {
            all.push(SettingsProblem::Damaged { path: file(), damage: damage.clone(), aside });
        }
    }
    all
}

/// What is said in each language, and what `Display` says.
struct Said {
    english: String,
    german: String,
    displayed: String,
}

fn said<T: ToString>(problems: Vec<T>, words: impl Fn(&T) -> String) -> Vec<Said> {
    let each = |problem: &T| {
        let [english, german] = [Language::English, Language::German].map(|language| {
            set_language(language);
            words(problem)
        });
        Said { english, german, displayed: problem.to_string() }
    };
    problems.iter().map(each).collect()
}

/// Words that no German sentence has, short ones that are German too aside.
const ENGLISH: [&str; 14] = [
    "the", "is", "it", "this", "cannot", "to", "and", "not", "with", "from", "than", "of", "be",
    "for",
];

fn has_english(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic())
        .any(|word| ENGLISH.iter().any(|english| word.eq_ignore_ascii_case(english)))
}

fn assert_translated(all: Vec<Said>) {
    for Said { english, german, displayed } in all {
        assert_eq!(english, displayed, "the window and the command line differ");
        assert_ne!(german, displayed, "no German");
        assert!(!has_english(&german), "{german}");
        for kept in ["/photos", "/sea.png", "u2net", "stage1.conv", THEIRS] {
            assert_eq!(german.contains(kept), displayed.contains(kept), "{german}");
        }
    }
}

#[test]
fn failures_are_told_in_the_users_language() {
    let all = said(failures(), failure);
    assert!(all.iter().filter(|said| said.german.starts_with("/photos/a.png: ")).count() > 30);
    assert_translated(all);
}

#[test]
fn a_model_that_cannot_be_used_is_told_in_the_users_language() {
    assert_translated(said(model_problems(), no_model));
}

#[test]
fn why_there_is_no_memory_snapshot_is_told_in_the_users_language() {
    assert_translated(said(snapshot_errors(), no_snapshot));
}

#[test]
fn what_is_wrong_with_what_is_kept_is_told_in_the_users_language() {
    assert_translated(said(settings_problems(), settings_problem));
    assert_translated(said(damages(), damage));
    let busy = KeepError::Busy("/photos".into());
    let denied = SystemError { kind: SystemErrorKind::NoPermission, words: theirs() };
    let folder = KeepError::Folder { folder: "/photos".into(), source: denied };
    let full = KeepError::Map(WriteError::DiskFull(file()));
    let mut all = vec![busy, folder, full];
    all.extend(not_private().into_iter().map(KeepError::NotPrivate));
    assert_translated(said(all, not_kept));
}

#[test]
fn the_systems_own_words_stand_behind_ours() {
    set_language(Language::German);
    let denied = io::Error::from_raw_os_error(13);
    let words = denied.to_string();
    let failure =
        Failure::of(file(), Problem::Unreadable(DecodeProblem::Unreadable(denied.into())));
    let told = super::failure(&failure);
    assert!(told.contains("keine Berechtigung") && told.contains(&words), "{told}");
}
