//! Which files are written: where one exists, and what is never one.

use std::{fs, sync::Arc};

use cutout::engine::protocol::{Destination, ExportOptions, Job, JobId, OnExist, Outcome, Save};

use crate::{
    gradient::gradient_photo,
    rig::{Rig, files_in, job, saving, words},
};

fn with_options(job: Job, options: ExportOptions) -> Job {
    let save = job.save.expect("a job that saves");
    Job { thumbnail: false, save: Some(Save { options: Arc::new(options), ..save }), ..job }
}

#[test]
fn where_a_file_exists_and_nothing_was_said_it_is_told_and_nothing_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let photo = gradient_photo(folder.path(), "a.png");
    let options = |on_exist| ExportOptions {
        folder: Destination::Folder(out.clone()),
        on_exist,
        ..ExportOptions::default()
    };
    let mut rig = Rig::new(&[]);
    // Free: it is written without a question.
    rig.submit([with_options(saving(1, &photo, &out), options(None))]);
    assert_eq!(words(&rig.until_ended(1)[0].1), "done");
    fs::remove_file(out.join("a_cutout.png")).unwrap();
    fs::write(out.join("a_mask.png"), "theirs").unwrap();
    rig.submit([with_options(saving(2, &photo, &out), options(None))]);
    let (_, outcome) = rig.until_ended(1).remove(0);
    let Outcome::Exists { paths } = outcome else { panic!("{}", words(&outcome)) };
    assert_eq!(paths, [out.join("a_mask.png")]);
    assert_eq!(files_in(&out), [out.join("a_mask.png")]);
    assert_eq!(fs::read(out.join("a_mask.png")).unwrap(), b"theirs");
    // The answer.
    let answered = options(Some(OnExist::Replace));
    rig.submit([with_options(saving(3, &photo, &out), answered)]);
    assert_eq!(words(&rig.until_ended(1)[0].1), "done");
    assert_ne!(fs::read(out.join("a_mask.png")).unwrap(), b"theirs");
}

#[test]
fn a_photo_that_waits_is_not_overwritten_by_the_result_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let [jpeg, png] = ["a.jpg", "a.png"].map(|name| gradient_photo(folder.path(), name));
    let before = fs::read(&png).unwrap();
    let options = ExportOptions {
        template: "{name}".parse().unwrap(),
        on_exist: Some(OnExist::Replace),
        ..ExportOptions::default()
    };
    let mut rig = Rig::new(&[]);
    rig.submit([with_options(saving(1, &jpeg, folder.path()), options), job(2, &png)]);
    let ended = rig.until_ended(2);
    let (_, outcome) = ended.iter().find(|(id, _)| *id == JobId(1)).unwrap();
    let Outcome::Done(done) = outcome else { panic!("{}", words(outcome)) };
    assert_eq!(done.outputs[0].path, folder.path().join("a_2.png"));
    assert_eq!(fs::read(&png).unwrap(), before);
}
