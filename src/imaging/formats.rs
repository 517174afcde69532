//! Which formats can be opened, and what a file is by its first bytes.

use std::path::Path;

use image::ImageFormat;
use serde::{Deserialize, Serialize};

/// The formats that can be opened, in words.
pub const FORMATS: &str = "PNG, JPEG, WebP, BMP, TIFF and GIF";

/// Their names.
pub const FORMAT_NAMES: [&str; 6] = ["PNG", "JPEG", "WebP", "BMP", "TIFF", "GIF"];

/// Extensions of the formats that can be opened, in lower case without the dot: for file dialogs
/// and folder walks. Decoding itself goes by content.
pub const EXTENSIONS: &[&str] =
    &["png", "jpg", "jpeg", "jfif", "webp", "bmp", "tif", "tiff", "gif"];

/// Whether a path ends in one of [`EXTENSIONS`], in upper or lower case.
pub fn is_supported_extension(path: &Path) -> bool {
    has_extension(path, EXTENSIONS)
}

/// Other endings of the same formats; a file that has one is looked into.
const OTHER_EXTENSIONS: &[&str] = &["jpe", "jif", "jfi", "pjpeg", "pjp", "dib", "apng"];

/// Endings of pictures that cannot be opened, with the name of their format.
const UNSUPPORTED_EXTENSIONS: &[(&[&str], &str)] = &[
    (&["heic", "heif", "hif"], "HEIC"),
    (&["avif"], "AVIF"),
    (&["jxl"], "JPEG XL"),
    (&["jp2", "j2k", "jpf", "jpx"], "JPEG 2000"),
    (&["psd", "psb"], "Photoshop"),
    (&["svg", "svgz"], "SVG"),
    (&["exr"], "OpenEXR"),
    (&["hdr"], "Radiance HDR"),
    (&["qoi"], "QOI"),
    (&["dds"], "DDS"),
    (&["tga"], "TGA"),
    (&["pbm", "pgm", "ppm", "pnm", "pam"], "Netpbm"),
    (
        &[
            "dng", "cr2", "cr3", "nef", "nrw", "arw", "srf", "sr2", "orf", "rw2", "raf", "pef",
            "srw", "3fr", "fff", "iiq", "rwl", "x3f", "kdc", "mrw",
        ],
        "a raw photo",
    ),
];

/// Whether a path has another ending of a format that can be opened.
pub fn is_other_extension(path: &Path) -> bool {
    has_extension(path, OTHER_EXTENSIONS)
}

/// The format that a path's ending names, if it cannot be opened.
pub fn unsupported_extension(path: &Path) -> Option<&'static str> {
    let named = UNSUPPORTED_EXTENSIONS.iter().find(|(endings, _)| has_extension(path, endings));
    named.map(|&(_, format)| format)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
        extensions.iter().any(|known| known.eq_ignore_ascii_case(extension))
    })
}

/// How many bytes of a file [`Content::of`] wants to see.
pub const SNIFF_BYTES: usize = 512;

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A picture that can be decoded.
    Supported(ImageFormat),
    /// A picture of a format, named here, that cannot.
    Unsupported(&'static str),
    /// No picture, but this.
    Other(NoPicture),
}

/// What a file without a picture is. [`std::fmt::Display`] gives it for sentences: "a web page".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoPicture {
    /// HTML, often what a server said instead of sending the picture.
    #[error("a web page")]
    WebPage,
    /// Some other text.
    #[error("text")]
    Text,
    /// Nothing known.
    #[error("data of an unknown format")]
    Unknown,
}

impl Content {
    /// Looks at the first bytes of a file: [`SNIFF_BYTES`] of them, or all.
    pub fn of(head: &[u8]) -> Self {
        let text = text_kind(head);
        // Xcode's own kind begins with a chunk that no other reader knows.
        if head.starts_with(b"\x89PNG") && head.get(12..16) == Some(b"CgBI") {
            return Self::Unsupported("PNG of an iPhone app");
        }
        if is_raw_photo(head) {
            return Self::Unsupported("a raw photo");
        }
        match image::guess_format(head) {
            // Two letters are a weak sign: "BM" may begin a text.
            Ok(ImageFormat::Bmp) if text.is_some() => {}
            Ok(
                format @ (ImageFormat::Png
                | ImageFormat::Jpeg
                | ImageFormat::WebP
                | ImageFormat::Bmp
                | ImageFormat::Tiff
                | ImageFormat::Gif),
            ) => return Self::Supported(format),
            _ => {}
        }
        if let Some(name) = iso_media_kind(head) {
            return Self::Unsupported(name);
        }
        if let Some((_, name)) = UNSUPPORTED.iter().find(|(magic, _)| head.starts_with(magic)) {
            return Self::Unsupported(name);
        }
        match text {
            Some(Text::Svg) => Self::Unsupported("SVG"),
            Some(Text::Html) => Self::Other(NoPicture::WebPage),
            Some(Text::Plain) => Self::Other(NoPicture::Text),
            None => Self::Other(NoPicture::Unknown),
        }
    }
}

/// Formats that people try, by how their files begin.
const UNSUPPORTED: &[(&[u8], &str)] = &[
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"8BPS", "Photoshop"),
    (b"%PDF", "PDF"),
    (b"\0\0\x01\0", "Icon"),
    (b"II+\0", "BigTIFF"),
    (b"MM\0+", "BigTIFF"),
    (b"\x76\x2f\x31\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"qoif", "QOI"),
    (b"DDS ", "DDS"),
];

/// Whether it is a camera's own format that begins as a TIFF, with a mark of its own.
fn is_raw_photo(head: &[u8]) -> bool {
    let is_canon = head.starts_with(b"II*\0") && head.get(8..10) == Some(b"CR");
    is_canon || [b"IIU\0", b"IIRO", b"IIRS", b"MMOR"].iter().any(|magic| head.starts_with(*magic))
}

/// AVIF and HEIC share a container, whose first box lists brands: the main one, a version, and
/// those that it is compatible with.
fn iso_media_kind(head: &[u8]) -> Option<&'static str> {
    let brands = head.get(8..)?;
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    let box_bytes = u32::from_be_bytes(*head.first_chunk()?) as usize;
    let brands = &brands[..brands.len().min(box_bytes.saturating_sub(8))];
    let has = |names: &[&[u8; 4]]| {
        brands.chunks_exact(4).any(|brand| names.iter().any(|name| brand == *name))
    };
    if has(&[b"avif", b"avis"]) {
        Some("AVIF")
    } else if has(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"]) {
        Some("HEIC")
    } else {
        None
    }
}

/// Kinds of text.
enum Text {
    Svg,
    Html,
    Plain,
}

/// What kind of text the bytes are, if they are text.
fn text_kind(head: &[u8]) -> Option<Text> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character may be cut in two where the bytes end.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if text.chars().any(|character| character.is_control() && !character.is_whitespace()) {
        return None;
    }
    let text = text.to_ascii_lowercase();
    Some(if text.contains("<svg") {
        Text::Svg
    } else if text.contains("<html") || text.contains("<!doctype html") {
        Text::Html
    } else {
        Text::Plain
    })
}

/// The name of a format that can be decoded.
pub fn name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Bmp => "BMP",
        ImageFormat::Tiff => "TIFF",
        ImageFormat::Gif => "GIF",
        _ => "picture",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_by_the_first_bytes() {
        for (head, expected) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], Content::Supported(ImageFormat::Png)),
            (b"\xff\xd8\xff\xe0", Content::Supported(ImageFormat::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x04CgBI", Content::Unsupported("PNG of an iPhone app")),
            (b"II*\0\x10\0\0\0CR\x02\0", Content::Unsupported("a raw photo")),
            (b"BM\x46\0\0\0\0\0\0\0", Content::Supported(ImageFormat::Bmp)),
            (b"BMW is a maker of cars", Content::Other(NoPicture::Text)),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", Content::Unsupported("AVIF")),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", Content::Unsupported("AVIF")),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Content::Unsupported("HEIC")),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Content::Other(NoPicture::Unknown)),
            (b"%PDF-1.7", Content::Unsupported("PDF")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", Content::Unsupported("SVG")),
            (b"<!DOCTYPE html><html>", Content::Other(NoPicture::WebPage)),
            ("Grüße".as_bytes(), Content::Other(NoPicture::Text)),
            (&"Grüße".as_bytes()[..3], Content::Other(NoPicture::Text)),
            (b"\x01\x02\x03\xff", Content::Other(NoPicture::Unknown)),
        ] {
            assert_eq!(Content::of(head), expected, "{:?}", head.escape_ascii().to_string());
        }
    }

    #[test]
    fn desktops_offer_cutout_for_what_it_opens() {
        let entry = include_str!("../../assets/linux/cutout.desktop");
        let offered = entry.lines().find_map(|line| line.strip_prefix("MimeType=")).unwrap();
        let mut offered: Vec<&str> = offered.split_terminator(';').collect();
        let formats = EXTENSIONS.iter().map(|name| ImageFormat::from_extension(name).unwrap());
        let mut opened: Vec<&str> = formats.map(|format| format.to_mime_type()).collect();
        for names in [&mut offered, &mut opened] {
            names.sort_unstable();
            names.dedup();
        }
        assert_eq!(offered, opened);
    }

    #[test]
    fn the_formats_in_words_are_their_names() {
        assert_eq!(FORMATS.replace(" and ", ", "), FORMAT_NAMES.join(", "));
    }

    #[test]
    fn extensions_match_in_any_case() {
        for (path, expected) in [
            ("a/photo.JPG", true),
            ("photo.tiff", true),
            ("photo.jpg.txt", false),
            ("jpg", false),
            ("photo.avif", false),
        ] {
            assert_eq!(is_supported_extension(Path::new(path)), expected, "{path}");
        }
    }
}
