//! Jobs that give the cutout itself, for the clipboard.

use std::{path::Path, sync::Arc};

use cutout::{
    engine::protocol::{Command, Done, Event, Job, JobId, Outcome},
    imaging::{
        SaliencyMap, SaliencyMaps,
        edit::{Background, Edits, Trim},
    },
};
use image::{DynamicImage, Rgb, Rgba, RgbaImage};

use crate::{
    gradient::gradient_photo,
    rig::{Behaviour, PATIENCE, Rig, files_in, job, saving, words},
};

/// A subject in the left half.
fn half() -> Arc<SaliencyMaps> {
    let values = (0..320 * 320).map(|index| f32::from(u8::from(index % 320 < 160))).collect();
    Arc::new(SaliencyMap { side_px: 320, values }.into())
}

fn cutting(number: u64, source: &Path, edits: Edits) -> Job {
    let (saliency, edits) = (Some(half()), Arc::new(edits));
    Job { saliency, edits, cutout: true, thumbnail: false, ..job(number, source) }
}

fn done(rig: &mut Rig) -> Done {
    let (_, outcome) = rig.until_ended(1).remove(0);
    let Outcome::Done(done) = outcome else { panic!("{}", words(&outcome)) };
    *done
}

fn cutout(rig: &mut Rig) -> Arc<RgbaImage> {
    done(rig).cutout.expect("a cutout")
}

#[test]
fn the_cutout_is_the_one_that_is_saved_and_touches_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let photo = gradient_photo(folder.path(), "a.png");
    let mut rig = Rig::new(&[]);
    for edits in [
        Edits::default(),
        Edits { trim: Some(Trim { margin_px: 0 }), ..Edits::default() },
        Edits { background: Background::Colour([1, 2, 3]), ..Edits::default() },
    ] {
        let files = files_in(folder.path()).len();
        rig.submit([cutting(1, &photo, edits.clone())]);
        let copied = cutout(&mut rig);
        assert_eq!(files_in(folder.path()).len(), files);
        let map = Some(half());
        rig.submit([Job {
            saliency: map,
            edits: Arc::new(edits.clone()),
            ..saving(2, &photo, &out)
        }]);
        let saved = done(&mut rig);
        assert!(saved.cutout.is_none(), "nobody asked for it");
        let mut expected = image::open(&saved.outputs[0].path).unwrap().into_rgba8();
        let hidden = expected.pixels_mut().filter(|pixel| pixel[3] == 0);
        hidden.for_each(|pixel| *pixel = Rgba([0; 4]));
        assert!(expected == *copied, "{edits:?}");
    }
    assert!(rig.entered.try_recv().is_err(), "the network ran");
}

#[test]
fn alpha_is_straight_and_sixteen_bits_become_eight() {
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("deep.png");
    let deep = image::ImageBuffer::from_pixel(40, 30, Rgb([0xffff_u16, 0x8080, 0]));
    DynamicImage::ImageRgb16(deep).save(&photo).unwrap();
    let mut rig = Rig::new(&[]);
    rig.submit([cutting(1, &photo, Edits::default())]);
    let cutout = cutout(&mut rig);
    assert_eq!(cutout.dimensions(), (40, 30));
    assert_eq!(*cutout.get_pixel(0, 0), Rgba([255, 128, 0, 255]));
    assert_eq!(*cutout.get_pixel(39, 0), Rgba([0; 4]), "nothing shines through");
    // Half covered, and as bright as ever.
    let partly = cutout.pixels().find(|pixel| (1..255).contains(&pixel[3]));
    assert!(partly.is_none_or(|pixel| pixel.0[..3] == [255, 128, 0]), "{partly:?}");
}

#[test]
fn every_end_is_told_once_and_failures_say_which_file() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let sea = Background::Picture(folder.path().join("sea.png"));
    let missing = folder.path().join("missing.png");
    let mut rig = Rig::new(&[Behaviour::WaitsForCancel]);
    rig.submit([
        cutting(1, &photo, Edits { background: sea, ..Edits::default() }),
        cutting(2, &missing, Edits::default()),
        Job { saliency: None, ..cutting(3, &photo, Edits::default()) },
        cutting(4, &photo, Edits::default()),
    ]);
    rig.entered.recv_timeout(PATIENCE).unwrap();
    rig.engine.send(Command::Cancel(vec![JobId(3)])).unwrap();
    let mut ended = rig.until_ended(4);
    ended.sort_by_key(|(id, _)| *id);
    let told: Vec<String> = ended.iter().map(|(_, outcome)| words(outcome)).collect();
    assert!(told[0].contains("a.png") && told[0].contains("sea.png"), "{}", told[0]);
    assert!(told[1].starts_with("failed") && told[1].contains("missing.png"), "{}", told[1]);
    assert_eq!(told[2..], ["cancelled", "done"]);
    let is_end = |event: &&Event| matches!(event, Event::Finished { .. });
    assert_eq!(rig.told.iter().filter(is_end).count(), 4);
}
