use std::{fs, sync::Arc};

use image::RgbaImage;

use super::*;
use crate::{
    engine::protocol::{Job, JobId, NameTemplate, OnExist},
    imaging::{Cancel, Durability, FileFormat, Metadata, PngEffort, Writing, save_cutout},
};

const ALL: [OnExist; 3] = [OnExist::Skip, OnExist::Number, OnExist::Replace];

fn options(folder: &Path, on_exist: OnExist) -> ExportOptions {
    ExportOptions {
        folder: Destination::Folder(folder.to_owned()),
        on_exist: Some(on_exist),
        ..ExportOptions::default()
    }
}

fn saving(options: ExportOptions) -> Save {
    Save {
        cutout: true,
        mask: true,
        options: Arc::new(options),
        below: PathBuf::new(),
        place: Place::default(),
        numbering: None,
    }
}

fn names(targets: &[Target]) -> Vec<String> {
    targets
        .iter()
        .map(|target| {
            let name = target.path.file_name().unwrap().to_string_lossy();
            if target.way == Way::Leave { format!("({name})") } else { name.into_owned() }
        })
        .collect()
}

#[test]
fn an_existing_file_is_handled_as_asked() {
    for (on_exist, expected) in [
        (OnExist::Skip, ["(a_cutout.png)", "a_mask.png"]),
        (OnExist::Number, ["a_cutout_2.png", "a_mask_2.png"]),
        (OnExist::Replace, ["a_cutout.png", "a_mask.png"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        RgbaImage::new(2, 2).save(folder.path().join("a_cutout.png")).unwrap();
        let save = saving(options(folder.path(), on_exist));
        let (_, targets) = Names::default().choose(Path::new("in/a.jpg"), &save, None);
        assert_eq!(names(&targets), expected, "{on_exist:?}");
    }
}

#[test]
fn what_exists_is_told_where_nothing_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let options = ExportOptions { on_exist: None, ..options(folder.path(), OnExist::Skip) };
    let save = saving(options);
    let source = Path::new("in/a.jpg");
    let given = Names::default();
    assert!(given.existing(source, &save).is_empty());
    let mask = folder.path().join("a_mask.png");
    std::fs::write(&mask, "x").unwrap();
    assert_eq!(given.existing(source, &save), [mask]);
}

#[test]
fn formats_templates_and_subfolders_make_the_path() {
    let source = Path::new("in/shoes/a.jpg");
    let template: NameTemplate = "{number}-{name}".parse().unwrap();
    for (folder, below, expected) in [
        (Destination::Beside, "shoes", ["in/shoes/03-a.webp", "in/shoes/03-a_mask.png"]),
        (
            Destination::Folder("out".into()),
            "shoes",
            ["out/shoes/03-a.webp", "out/shoes/03-a_mask.png"],
        ),
        (Destination::Folder("out".into()), "", ["out/03-a.webp", "out/03-a_mask.png"]),
    ] {
        let options = ExportOptions {
            format: FileFormat::Webp { quality: 80 },
            template: template.clone(),
            folder,
            ..ExportOptions::default()
        };
        let save =
            Save { below: below.into(), place: Place { number: 3, of: 40 }, ..saving(options) };
        let (_, targets) = Names::default().choose(source, &save, None);
        let paths: Vec<_> = targets.iter().map(|target| target.path.as_path()).collect();
        assert_eq!(paths, expected.map(Path::new));
    }
}

#[test]
fn photos_of_one_name_never_collide() {
    for on_exist in ALL {
        let folder = tempfile::tempdir().unwrap();
        let save = saving(options(folder.path(), on_exist));
        let given = Names::default();
        given.choose(Path::new("one/a.jpg"), &save, None);
        let (number, targets) = given.choose(Path::new("two/a.png"), &save, None);
        assert_eq!(number, 2, "{on_exist:?}");
        assert_eq!(names(&targets), ["a_cutout_2.png", "a_mask_2.png"], "{on_exist:?}");
    }
}

/// Its own, and that of another photo which waits for its turn.
#[test]
fn no_original_is_a_target_whatever_the_template() {
    for on_exist in ALL {
        let folder = tempfile::tempdir().unwrap();
        let [png, jpg] = ["a.png", "a.jpg"].map(|name| folder.path().join(name));
        for source in [&png, &jpg] {
            std::fs::write(source, "x").unwrap();
        }
        let options = ExportOptions {
            template: "{name}".parse().unwrap(),
            ..options(folder.path(), on_exist)
        };
        let save = Save { mask: false, ..saving(options) };
        for source in [&png, &jpg] {
            let given = Names::default();
            given.announce([png.as_path(), &jpg].into_iter());
            let (_, targets) = given.choose(source, &save, None);
            assert_eq!(names(&targets), ["a_2.png"], "{on_exist:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_photo_reached_by_a_link_is_not_replaced_by_its_own_result() {
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("a_cutout.png");
    std::fs::write(&original, "x").unwrap();
    let link = folder.path().join("a.png");
    std::os::unix::fs::symlink(&original, &link).unwrap();
    let save = saving(options(folder.path(), OnExist::Replace));
    let (_, targets) = Names::default().choose(&link, &save, None);
    assert_eq!(names(&targets), ["a_cutout_2.png", "a_mask_2.png"]);
}

#[test]
fn the_same_photo_saved_again_keeps_its_name_when_replacing() {
    let folder = tempfile::tempdir().unwrap();
    let save = saving(options(folder.path(), OnExist::Replace));
    let given = Names::default();
    given.choose(Path::new("a.jpg"), &save, None);
    assert_eq!(given.choose(Path::new("a.jpg"), &save, None).0, 1);
}

/// A photo, each with another picture.
fn photo(folder: &Path, name: &str, shade: u8) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    image::RgbImage::from_pixel(4, 4, image::Rgb([shade; 3])).save(&path).unwrap();
    path
}

/// What a run makes of a photo, as far as names are concerned.
fn written(names: &Names, source: &Path, save: &Save) -> Vec<String> {
    let (_, targets) = names.choose(source, save, None);
    for target in &targets {
        if let Way::Write(existing) = target.way {
            let writing =
                Writing { existing, durability: Durability::Off, mark: Some(mark_of(source)) };
            let picture = image::DynamicImage::from(RgbaImage::new(2, 2));
            let format = FileFormat::Png(PngEffort::Fast);
            let nothing = Metadata::default();
            let cancel = Cancel::default();
            save_cutout(&target.path, &picture, &nothing, format, writing, &cancel).unwrap();
        }
    }
    self::names(&targets)
}

fn planned(folder: &Path, on_exist: OnExist, sources: &[&Path]) -> Vec<Save> {
    let options = options(folder, on_exist);
    let mut saves = vec![Save { mask: false, ..saving(options) }; sources.len()];
    let photos: Vec<_> = sources.iter().copied().zip(&saves).collect();
    let numbers = Planner::default().plan(&photos);
    for (save, numbering) in saves.iter_mut().zip(numbers) {
        save.numbering = Some(numbering);
    }
    saves
}

#[test]
fn names_depend_on_no_order_and_on_no_share() {
    let folder = tempfile::tempdir().unwrap();
    let (photos, out) = (folder.path().join("in"), folder.path().join("out"));
    let all: Vec<PathBuf> = (0..6)
        .map(|number| photo(&photos, &format!("{number}/IMG.png"), number))
        .chain([photo(&photos, "0/IMG.bmp", 9), photo(&photos, "2/IMG_2.png", 10)])
        .collect();
    let names_of = |order: &[usize]| {
        let sources: Vec<&Path> = order.iter().map(|&photo| all[photo].as_path()).collect();
        let saves = planned(&out, OnExist::Skip, &sources);
        let mut named = vec![String::new(); all.len()];
        for ((&photo, source), save) in order.iter().zip(sources).zip(&saves) {
            named[photo] = names(&Names::default().choose(source, save, None).1).remove(0);
        }
        named
    };
    let first = names_of(&[0, 1, 2, 3, 4, 5, 6, 7]);
    let mut distinct = first.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), all.len(), "{first:?}");
    assert_eq!(names_of(&[7, 6, 5, 4, 3, 2, 1, 0]), first);
    assert_eq!(names_of(&[3, 0, 7, 5, 1, 6, 2, 4]), first);
}

/// Two runs that do a share each, the second after some of the first's results are there.
#[test]
fn shares_never_meet_whatever_lies_there_already() {
    for on_exist in ALL {
        let folder = tempfile::tempdir().unwrap();
        let (photos, out) = (folder.path().join("in"), folder.path().join("out"));
        fs::create_dir_all(&out).unwrap();
        let all: Vec<PathBuf> =
            (0..8).map(|number| photo(&photos, &format!("{number}/IMG.png"), 1)).collect();
        let sources: Vec<&Path> = all.iter().map(PathBuf::as_path).collect();
        let mut files = Vec::new();
        for share in [[0, 3, 6, 7], [1, 2, 4, 5]] {
            let saves = planned(&out, on_exist, &sources);
            let given = Names::default();
            given.announce(sources.iter().copied());
            for photo in share {
                files.extend(written(&given, sources[photo], &saves[photo]));
            }
        }
        files.sort();
        files.dedup();
        assert_eq!(files.len(), 8, "{on_exist:?}: {files:?}");
        assert!(files.iter().all(|name| !name.starts_with('(')), "{on_exist:?}: {files:?}");
        // Once more: with skip every photo is known again.
        if on_exist == OnExist::Skip {
            let saves = planned(&out, on_exist, &sources);
            let given = Names::default();
            given.announce(sources.iter().copied());
            for (source, save) in sources.iter().zip(&saves) {
                assert!(given.all_to_be_left(source, save).is_some(), "{}", source.display());
            }
        }
    }
}

#[test]
fn a_photo_that_comes_later_takes_no_result_for_its_own() {
    for (later, expected) in [("A/x.png", "x_cutout_2.png"), ("B/x.bmp", "x_cutout_2.png")] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        fs::create_dir_all(&out).unwrap();
        let old = photo(folder.path(), "B/x.png", 1);
        let skip = |source: &[&Path]| planned(&out, OnExist::Skip, source);
        let saves = skip(&[&old]);
        assert_eq!(written(&Names::default(), &old, &saves[0]), ["x_cutout.png"]);
        let new = photo(folder.path(), later, 2);
        // Alone, and with the other.
        let (_, alone) = Names::default().choose(&new, &skip(&[&new])[0], None);
        assert_eq!(names(&alone), [expected]);
        let saves = skip(&[&new, &old]);
        let given = Names::default();
        assert_eq!(written(&given, &new, &saves[0]), [expected]);
        assert_eq!(written(&given, &old, &saves[1]), ["(x_cutout.png)"]);
    }
}

#[test]
fn a_result_is_done_only_where_it_is_whole_and_the_photos_own() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let source = photo(root, "a.png", 1);
    let result = root.join("a_cutout.png");
    let save = planned(root, OnExist::Skip, &[&source]).remove(0);
    let again = || written(&Names::default(), &source, &save);
    assert_eq!(again(), ["a_cutout.png"]);
    assert_eq!(again(), ["(a_cutout.png)"]);
    let whole = fs::read(&result).unwrap();
    for bytes in [0, whole.len() / 2 + 20, whole.len() - 1] {
        fs::write(&result, &whole[..bytes]).unwrap();
        assert_eq!(again(), ["a_cutout.png"], "{bytes} of {} bytes", whole.len());
        assert_eq!(fs::read(&result).unwrap(), whole);
    }
    photo(root, "a.png", 2);
    assert_eq!(again(), ["a_cutout_2.png"], "the photo changed");
    assert_eq!(fs::read(&result).unwrap(), whole, "nothing is lost");
    let moved = root.join("moved");
    fs::create_dir_all(&moved).unwrap();
    fs::rename(&source, moved.join("a.png")).unwrap();
    let (_, targets) = Names::default().choose(&moved.join("a.png"), &save, None);
    assert_eq!(names(&targets), ["(a_cutout_2.png)"], "the photo was moved");
}

#[test]
fn names_that_differ_in_case_alone_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let sources = [photo(folder.path(), "a/IMG.png", 1), photo(folder.path(), "b/img.png", 2)];
    let sources = [sources[0].as_path(), &sources[1]];
    let saves = planned(folder.path(), OnExist::Replace, &sources);
    assert_ne!(saves[0].numbering, saves[1].numbering);
}

/// As the window sends them: one by one, or several together.
#[test]
fn jobs_keep_the_names_of_the_order_in_which_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let options = Arc::new(options(folder.path(), OnExist::Replace));
    let job = |source: &Path| Job {
        id: JobId(0),
        source: source.to_owned(),
        saliency: None,
        thumbnail: false,
        preview_px: None,
        edits: Arc::default(),
        cutout: false,
        save: Some(Save { mask: false, ..saving((*options).clone()) }),
    };
    let given = Names::default();
    let mut named = Vec::new();
    for together in [&["b/a.png"][..], &["a/a.jpg", "a/a.bmp"], &["b/a.png", "c/a.png"]] {
        let mut jobs: Vec<Job> = together.iter().map(|path| job(Path::new(path))).collect();
        given.plan(&mut jobs);
        // Their turns come in another order.
        for job in jobs.iter().rev() {
            let (_, targets) = given.choose(&job.source, job.save.as_ref().unwrap(), None);
            named.push((job.source.to_str().unwrap().to_owned(), names(&targets).remove(0)));
        }
    }
    named.sort();
    named.dedup();
    let expected = [
        ("a/a.bmp", "a_cutout_3.png"),
        ("a/a.jpg", "a_cutout_2.png"),
        ("b/a.png", "a_cutout.png"),
        ("c/a.png", "a_cutout_4.png"),
    ];
    let expected = expected.map(|(photo, name)| (photo.to_owned(), name.to_owned()));
    assert_eq!(named, expected);
}

/// Photos of one name whose folder now lies elsewhere: their results are known by their content.
#[test]
fn photos_that_were_moved_together_keep_their_results() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    let out = folder.path().join("out");
    fs::create_dir_all(&out).unwrap();
    let names_of = |root: &Path, order: &[u8]| {
        let sources: Vec<PathBuf> =
            order.iter().map(|number| root.join(format!("{number}/IMG.png"))).collect();
        let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
        let saves = planned(&out, OnExist::Skip, &sources);
        let given = Names::default();
        given.announce(sources.iter().copied());
        let each = sources.iter().zip(&saves);
        let mut names: Vec<(u8, String)> = order
            .iter()
            .copied()
            .zip(each.map(|(source, save)| written(&given, source, save).remove(0)))
            .collect();
        names.sort();
        names
    };
    for number in 0..4 {
        photo(&before, &format!("{number}/IMG.png"), 50 * number);
    }
    let first = names_of(&before, &[3, 1, 0, 2]);
    fs::rename(&before, &after).unwrap();
    let second = names_of(&after, &[0, 1, 2, 3]);
    let left = first.into_iter().map(|(number, name)| (number, format!("({name})")));
    assert_eq!(second, left.collect::<Vec<_>>());
}
