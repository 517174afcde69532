//! Small subjects are looked at twice.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use cutout::{
    engine::{
        EngineOptions,
        batch::BatchChoice,
        protocol::{CleanupPoint, Command, Done, Event, Job, JobId, Outcome},
    },
    imaging::{
        Resampling, SaliencyMap, SaliencyMaps, Second,
        edit::{Edits, MaskEdits},
        matte_from_map,
    },
};
use image::{Luma, Rgb, RgbImage};

use crate::rig::{Behaviour, PATIENCE, Rig, job, saving, words};

const SIZE_PX: (u32, u32) = (1600, 1200);

/// A bright disc in the dark: the scripted network finds what is bright.
fn disc(folder: &Path, name: &str, radius_px: f32) -> PathBuf {
    let path = folder.join(name);
    let photo = RgbImage::from_fn(SIZE_PX.0, SIZE_PX.1, |x, y| {
        let is_in = (x as f32 - 1100.0).hypot(y as f32 - 500.0) < radius_px;
        Rgb([if is_in { 255 } else { 0 }; 3])
    });
    photo.save(&path).unwrap();
    path
}

fn small(folder: &Path) -> PathBuf {
    disc(folder, "small.png", 100.0)
}

fn with(second_look: bool, job: Job) -> Job {
    let mask = MaskEdits { second_look, ..MaskEdits::plain() };
    Job { edits: Arc::new(Edits { mask, ..Edits::plain() }), ..job }
}

fn done(rig: &mut Rig) -> Done {
    match rig.until_ended(1).remove(0).1 {
        Outcome::Done(done) => *done,
        other => panic!("{}", words(&other)),
    }
}

fn passes(rig: &Rig) -> usize {
    rig.entered.try_iter().count()
}

#[test]
fn small_subjects_alone_are_looked_at_twice_unless_it_is_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (small(folder.path()), disc(folder.path(), "large.png", 400.0));
    let mut rig = Rig::new(&[]);
    for (photo, second_look, expected) in
        [(&small, true, 2), (&large, true, 1), (&small, false, 1), (&large, false, 1)]
    {
        rig.submit([with(second_look, job(1, photo))]);
        let done = done(&mut rig);
        assert_eq!(passes(&rig), expected, "{photo:?} {second_look}");
        assert_eq!(done.saliency.has_crop(), expected == 2);
        assert_eq!(done.saliency.second == Second::NotAsked, !second_look);
        assert!(done.timings.infer_ms > 0.0 && done.pass.is_some());
    }
}

/// How far the matte of a map is from the disc: mean of all pixels, in levels of 255.
fn error(map: &SaliencyMap) -> f64 {
    let matte = matte_from_map(map, SIZE_PX.0, SIZE_PX.1, Resampling::Lanczos).0;
    let off = |(x, y, level): (u32, u32, &Luma<u8>)| {
        let is_in = (x as f32 - 1100.0).hypot(y as f32 - 500.0) < 100.0;
        f64::from(level.0[0].abs_diff(if is_in { 255 } else { 0 }))
    };
    matte.enumerate_pixels().map(off).sum::<f64>() / f64::from(SIZE_PX.0 * SIZE_PX.1)
}

#[test]
fn both_looks_are_one_finer_map_and_known_ones_run_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let photo = small(folder.path());
    let mut rig = Rig::new(&[]);
    rig.submit([with(true, saving(1, &photo, folder.path()))]);
    let first = done(&mut rig);
    let [once, twice] = [false, true].map(|twice| error(&first.saliency.merged(twice)));
    assert!(twice < 0.5 * once, "{once} {twice}");
    let mask = |done: &Done| image::open(&done.outputs[1].path).unwrap().into_luma8();
    let with_two = mask(&first);
    passes(&rig);

    let one_look = Arc::new(SaliencyMaps::from(first.saliency.first.clone()));
    for (known, second_look, is_same) in
        [(&first.saliency, true, true), (&first.saliency, false, false), (&one_look, true, false)]
    {
        let again = Job { saliency: Some(known.clone()), ..saving(2, &photo, folder.path()) };
        rig.submit([with(second_look, again)]);
        let again = done(&mut rig);
        assert_eq!(passes(&rig), 0, "the network ran again");
        assert_eq!(mask(&again) == with_two, is_same, "{second_look}");
        assert_eq!(again.saliency, *known);
    }
}

#[test]
fn a_second_look_that_fails_leaves_the_first_and_the_points_run_for_both() {
    use Behaviour::{GivesNan, Panics, RunsOut, Throws, WaitsForCancel, Works};
    use CleanupPoint::{
        AfterImage as D, AfterInference as A, AfterJob as Sweep, AfterMask as B, OnError as C,
    };
    let folder = tempfile::tempdir().unwrap();
    let photo = small(folder.path());
    for (script, points) in [
        (vec![Works, Works], vec![A, B, D, A, B, D, Sweep]),
        (vec![Works, Panics], vec![A, B, D, C, D, Sweep]),
        (vec![Works, Throws], vec![A, B, D, C, D, Sweep]),
        (vec![Works, RunsOut, RunsOut], vec![A, B, D, C, D, C, D, Sweep]),
        (vec![Works, GivesNan], vec![A, B, D, A, B, D, Sweep]),
        (vec![GivesNan], vec![A, B, D, Sweep]),
        (vec![Works, WaitsForCancel], vec![A, B, D, D, Sweep]),
    ] {
        let mut rig = Rig::new(&script);
        rig.submit([with(true, job(1, &photo))]);
        if script.contains(&WaitsForCancel) {
            (0..2).for_each(|_| rig.entered.recv_timeout(PATIENCE).unwrap());
            rig.engine.send(Command::Cancel(vec![JobId(1)])).unwrap();
            let outcome = rig.until_ended(1).remove(0).1;
            assert!(matches!(outcome, Outcome::Cancelled), "{}", words(&outcome));
        } else {
            let done = done(&mut rig);
            let works = script == [Works, Works];
            assert_eq!(done.saliency.has_crop(), works, "{script:?}");
            assert_ne!(done.saliency.second, Second::NotAsked, "{script:?}");
            assert_eq!(done.no_clear_subject, script == [GivesNan], "{script:?}");
            assert_eq!(done.cleanups.len(), points.len(), "{script:?}");
        }
        assert_eq!(rig.points_of(JobId(1)), points, "{script:?}");
        // The next photo finds a network that works.
        rig.submit([with(true, job(2, &photo))]);
        assert!(done(&mut rig).saliency.has_crop(), "{script:?}");
    }
}

#[test]
fn what_is_together_in_the_first_pass_is_so_in_the_second() {
    let folder = tempfile::tempdir().unwrap();
    let (small, large) = (small(folder.path()), disc(folder.path(), "large.png", 400.0));
    let options = EngineOptions { batch: BatchChoice::Fixed(4), ..Default::default() };
    let mut rig = Rig::with(&[Behaviour::WaitsForCancel], options, None);
    rig.submit([with(false, job(0, &large))]);
    rig.entered.recv_timeout(PATIENCE).unwrap();
    let photos = |number: u64| if number.is_multiple_of(3) { &large } else { &small };
    rig.submit((1..=9).map(|number| with(number != 4, job(number, photos(number)))));
    rig.engine.send(Command::Cancel(vec![JobId(0)])).unwrap();
    for (JobId(number), outcome) in rig.until_ended(10) {
        match outcome {
            Outcome::Cancelled => assert_eq!(number, 0),
            Outcome::Done(done) => {
                let expected = !number.is_multiple_of(3) && number != 4;
                assert_eq!(done.saliency.has_crop(), expected, "{number}");
            }
            other => panic!("{}", words(&other)),
        }
    }
    let together = rig.told.iter().filter(|event| {
        matches!(event, Event::Cleanup { record, .. }
            if record.point == CleanupPoint::AfterInference)
    });
    assert!(together.count() <= 2 * 9, "at most two passes an image");
}
