//! What a user changes, in files, in previews and live.

use std::{path::Path, sync::Arc};

use cutout::{
    engine::protocol::{Command, Event, Job, LiveAnswer, LiveRequest, Outcome},
    imaging::{
        Mipmap, Rgba, SaliencyMap, SaliencyMaps,
        edit::{Background, Edits, MaskEdits, Trim},
    },
};

use crate::{
    gradient::gradient_photo,
    rig::{PATIENCE, Rig, files_in, job, saving, words},
};

fn edits(background: Background) -> Arc<Edits> {
    Arc::new(Edits { background, ..Edits::default() })
}

/// A subject in the left half.
fn half() -> Arc<SaliencyMaps> {
    let values = (0..320 * 320).map(|index| f32::from(u8::from(index % 320 < 160))).collect();
    Arc::new(SaliencyMap { side_px: 320, values }.into())
}

fn live(serial: u64, before: &Mipmap, edits: Arc<Edits>) -> LiveRequest {
    let (before, map) = (before.clone(), half());
    LiveRequest { key: 7, serial, before, map, photo_px: (640, 480), edits }
}

fn grey(width_px: u32, height_px: u32) -> Mipmap {
    let premultiplied = [90, 90, 90, 255].repeat((width_px * height_px) as usize);
    Mipmap::of(Rgba { width_px, height_px, premultiplied })
}

fn answer(rig: &Rig) -> LiveAnswer {
    loop {
        let event = rig.engine.events().recv_timeout(PATIENCE).expect("an event");
        if let Event::Live(answer) = event {
            return answer;
        }
    }
}

fn pixel(picture: &Mipmap, x: u32, y: u32) -> &[u8] {
    let picture = picture.full();
    let at = 4 * (y * picture.width_px + x) as usize;
    &picture.premultiplied[at..at + 4]
}

#[test]
fn a_live_request_is_answered_without_the_network() {
    let rig = Rig::new(&[]);
    let before = grey(320, 240);
    let changed = Edits {
        background: Background::Colour([1, 2, 3]),
        trim: Some(Trim { margin_px: 0 }),
        ..Edits::plain()
    };
    rig.engine.send(Command::Live(live(1, &before, Arc::new(changed)))).unwrap();
    let LiveAnswer { key, serial, preview, .. } = answer(&rig);
    assert_eq!((key, serial, preview.problem.as_ref()), (7, 1, None));
    assert!(Arc::ptr_eq(preview.before.full(), before.full()));
    assert_eq!(pixel(&preview.after, 20, 100), [90, 90, 90, 255]);
    assert_eq!(pixel(&preview.after, 300, 100), [1, 2, 3, 255]);
    assert_eq!(pixel(&preview.mask, 20, 100), [255; 4]);
    assert_eq!(pixel(&preview.mask, 300, 100), [0, 0, 0, 255]);
    let [left, top, right, bottom] = preview.trim_px.unwrap();
    assert_eq!([left, top, bottom], [0.0, 0.0, 480.0]);
    assert!((right - 320.0).abs() <= 8.0, "{right}");
    assert!(rig.entered.try_recv().is_err(), "the network ran");
}

#[test]
fn of_live_requests_the_newest_wins() {
    let rig = Rig::new(&[]);
    let before = grey(1600, 1200);
    for serial in 1..=40 {
        let mask = MaskEdits { grow_px: serial as f32, ..MaskEdits::default() };
        let edits = Arc::new(Edits { mask, ..Edits::default() });
        rig.engine.send(Command::Live(live(serial, &before, edits))).unwrap();
    }
    let mut serials = Vec::new();
    while serials.last() != Some(&40) {
        serials.push(answer(&rig).serial);
    }
    assert!(serials.is_sorted_by(|a, b| a < b), "{serials:?}");
}

#[test]
fn a_background_picture_that_is_missing_is_told_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let sea = folder.path().join("sea.png");
    let rig = Rig::new(&[]);
    let before = grey(320, 240);
    let ask = |serial| {
        let edits = edits(Background::Picture(sea.clone()));
        rig.engine.send(Command::Live(live(serial, &before, edits))).unwrap();
        answer(&rig).preview
    };
    let without = ask(1);
    let problem = without.problem.as_ref().expect("a problem");
    assert!(problem.to_string().contains("sea.png"), "{problem}");
    assert_eq!(pixel(&without.after, 300, 100), [0; 4]);
    // Once it is there, it is used.
    image::RgbImage::from_pixel(30, 90, image::Rgb([5, 6, 7])).save(&sea).unwrap();
    let with = ask(2);
    assert_eq!((with.problem.as_ref(), pixel(&with.after, 300, 100)), (None, &[5, 6, 7, 255][..]));
}

fn known(job: Job, edits: Arc<Edits>) -> Job {
    Job { saliency: Some(half()), edits, ..job }
}

#[test]
fn previews_and_files_are_made_with_the_edits_of_their_job() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = Rig::new(&[]);
    let edits = edits(Background::Colour([1, 2, 3]));
    rig.submit([Job { preview_px: Some(64), ..known(saving(1, &photo, &out), edits) }]);
    let (_, outcome) = rig.until_ended(1).remove(0);
    let Outcome::Done(done) = outcome else { panic!("{}", words(&outcome)) };
    let preview = done.preview.unwrap();
    assert_eq!(pixel(&preview.after, preview.after.full().width_px - 1, 0), [1, 2, 3, 255]);
    assert_eq!(pixel(&preview.mask, preview.mask.full().width_px - 1, 0), [0, 0, 0, 255]);
    let cutout = image::open(out.join("a_cutout.png")).unwrap().into_rgba8();
    assert_eq!(cutout.get_pixel(cutout.width() - 1, 0).0, [1, 2, 3, 255]);
    assert_eq!(cutout.get_pixel(0, 0).0[3], 255);
}

#[test]
fn without_its_background_picture_nothing_is_saved_but_all_else_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let photo = gradient_photo(folder.path(), "a.png");
    let sea = edits(Background::Picture(folder.path().join("sea.png")));
    let mut rig = Rig::new(&[]);
    rig.submit([known(saving(1, &photo, &out), sea.clone())]);
    let (_, outcome) = rig.until_ended(1).remove(0);
    let Outcome::Failed { why } = outcome else { panic!("{}", words(&outcome)) };
    let message = why.to_string();
    assert!(message.contains("a.png") && message.contains("sea.png"), "{message}");
    assert!(!Path::exists(&out) || files_in(&out).is_empty());
    rig.submit([Job { preview_px: Some(64), ..known(job(2, &photo), sea) }]);
    let (_, outcome) = rig.until_ended(1).remove(0);
    let Outcome::Done(done) = outcome else { panic!("{}", words(&outcome)) };
    let preview = done.preview.unwrap();
    assert!(
        preview.problem.as_ref().is_some_and(|problem| problem.to_string().contains("sea.png"))
    );
    assert_eq!(pixel(&preview.after, preview.after.full().width_px - 1, 0)[3], 0);
}

#[test]
fn an_engine_that_closes_does_not_wait_for_live_requests() {
    let rig = Rig::new(&[]);
    for serial in 1..=10 {
        let mask = MaskEdits { grow_px: serial as f32, ..MaskEdits::default() };
        let edits = Arc::new(Edits { mask, ..Edits::default() });
        rig.engine.send(Command::Live(live(serial, &grey(1600, 1200), edits))).unwrap();
    }
    let events = rig.engine.events().clone();
    drop(rig);
    // All threads have ended: nobody is left to send.
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(event, Event::Finished { .. }));
    }
    assert_eq!(events.try_recv().err(), Some(crossbeam_channel::TryRecvError::Disconnected));
}
