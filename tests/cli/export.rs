//! How results are written: formats, names, what goes along.

use std::fs;

use image::{GenericImageView as _, ImageFormat, ImageReader};

use super::{gradient_photo, names_in, remove, stderr, text};

#[test]
fn every_format_is_what_its_name_says() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    for (args, name, format, channels) in [
        (&["--format", "png"][..], "a_cutout.png", ImageFormat::Png, 4),
        (&["--format", "webp", "--quality", "70"], "a_cutout.webp", ImageFormat::WebP, 4),
        (&["--format", "webp-lossless"], "a_cutout.webp", ImageFormat::WebP, 4),
        (&["--format", "jpeg"], "a_cutout.jpg", ImageFormat::Jpeg, 3),
        (&["--format", "tiff"], "a_cutout.tif", ImageFormat::Tiff, 4),
    ] {
        let out = folder.path().join("out");
        let output = remove(&[&[text(&photo), "--out", text(&out)], args].concat());
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        assert_eq!(names_in(&out), [name]);
        let reader = ImageReader::open(out.join(name)).unwrap().with_guessed_format().unwrap();
        assert_eq!(reader.format(), Some(format), "{args:?}");
        assert_eq!(reader.decode().unwrap().color().channel_count(), channels, "{args:?}");
        fs::remove_dir_all(out).unwrap();
    }
}

#[test]
fn effort_makes_files_smaller_and_nothing_hides_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let photo = gradient_photo(folder.path(), "a.png");
    let [fast, balanced, small] = ["fast", "balanced", "small"].map(|effort| {
        let out = folder.path().join(effort);
        let output =
            remove(&[text(&photo), "--out", text(&out), "--save", "cutout,mask", "--png", effort]);
        assert_eq!(output.status.code(), Some(0), "{effort}: {}", stderr(&output));
        let [cutout, mask] = ["a_cutout.png", "a_mask.png"].map(|name| out.join(name));
        (
            fs::metadata(&cutout).unwrap().len(),
            [cutout, mask].map(|path| image::open(path).unwrap().into_rgba8()),
        )
    });
    assert_eq!((&fast.1, &balanced.1), (&small.1, &small.1), "the pixels are the same");
    let (fast_bytes, balanced_bytes, small_bytes) = (fast.0, balanced.0, small.0);
    assert!(balanced_bytes < fast_bytes && small_bytes < fast_bytes);
    let cutout = &small.1[0];
    let transparent = cutout.pixels().filter(|pixel| pixel[3] == 0).count();
    assert!(transparent > 0);
    assert!(cutout.pixels().all(|pixel| pixel[3] > 0 || pixel.0 == [0; 4]));
}

#[test]
fn a_template_names_results_and_never_an_original() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("shoes");
    fs::create_dir(&photos).unwrap();
    for name in ["a.png", "b.png"] {
        gradient_photo(&photos, name);
    }
    let before = fs::read(photos.join("b.png")).unwrap();
    for (template, expected) in [
        ("{folder}-{number}", ["a.png", "b.png", "shoes-1.png", "shoes-2.png"]),
        ("{name}", ["a.png", "a_2.png", "b.png", "b_2.png"]),
    ] {
        let output = remove(&[text(&photos), "--name", template, "--on-exist", "replace"]);
        assert_eq!(output.status.code(), Some(0), "{template}: {}", stderr(&output));
        assert_eq!(names_in(&photos), expected);
        assert_eq!(fs::read(photos.join("b.png")).unwrap(), before);
        for name in expected.iter().filter(|name| !["a.png", "b.png"].contains(*name)) {
            fs::remove_file(photos.join(name)).unwrap();
        }
    }
}

#[test]
fn a_background_fills_what_is_transparent() {
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("disc.png");
    image::RgbImage::from_fn(300, 200, |x, y| {
        let near = (f64::from(x) - 150.0).hypot(f64::from(y) - 100.0) < 60.0;
        image::Rgb(if near { [250, 120, 10] } else { [0, 90, 90] })
    })
    .save(&photo)
    .unwrap();
    for (args, name, tolerance) in
        [(["--format", "jpeg", "--background", "#10c020"], "disc_cutout.jpg", 6)]
    {
        let output = remove(&[&[text(&photo)], args.as_slice()].concat());
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        let result = image::open(folder.path().join(name)).unwrap();
        assert_eq!(result.color().channel_count(), 3);
        let corner = result.get_pixel(3, 3);
        for (channel, expected) in [0x10, 0xc0, 0x20].into_iter().enumerate() {
            assert!(corner[channel].abs_diff(expected) <= tolerance, "{corner:?}");
        }
    }
}
