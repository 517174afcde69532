//! The fields of EXIF that are known to be harmless. Whatever is not listed here, or is of another
//! kind or longer than here, does not go into a result: it might show the old background.

use super::{
    ifd::kind::{BYTE, LONG, RATIONAL, SHORT, SRATIONAL, UNDEFINED},
    tag,
};

/// A directory that fields are kept of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The first one, about the picture.
    Main,
    /// EXIF's own, about how it was taken.
    Taken,
    /// GPS, about where.
    Location,
}

/// What a value has to be.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// So many numbers at most, and one at least, each of one of these kinds.
    Numbers { kinds: &'static [u16], most: usize },
    /// Text of so many bytes at most.
    Text { most_bytes: usize },
    /// Two texts, of so many bytes at most together: a zero stands between them.
    TwoTexts { most_bytes: usize },
    /// Digits and what separates them in dates and times.
    Moment,
    /// Text after eight bytes that name its alphabet, of so many bytes at most.
    Note { most_bytes: usize },
    /// Digits that are no text by its kind.
    Version,
}

/// A field that is kept.
#[derive(Debug)]
pub struct Rule {
    pub place: Place,
    pub tag: u16,
    pub form: Form,
}

/// The rule for a field, if it may be kept at all.
pub fn rule(place: Place, tag: u16) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.place == place && rule.tag == tag)
}

/// All tags of a directory that may be kept.
pub fn tags(place: Place) -> impl Iterator<Item = u16> {
    RULES.iter().filter(move |rule| rule.place == place).map(|rule| rule.tag)
}

/// Free text, which may name a place.
pub fn may_name_a_place(place: Place, tag: u16) -> bool {
    place == Place::Location
        || (place, tag) == (Place::Main, tag::DESCRIPTION)
        || (place, tag) == (Place::Taken, tag::USER_COMMENT)
}

const fn numbers(place: Place, tag: u16, kinds: &'static [u16], most: usize) -> Rule {
    Rule { place, tag, form: Form::Numbers { kinds, most } }
}

const fn text(place: Place, tag: u16, most_bytes: usize) -> Rule {
    Rule { place, tag, form: Form::Text { most_bytes } }
}

const fn moment(place: Place, tag: u16) -> Rule {
    Rule { place, tag, form: Form::Moment }
}

const fn version(place: Place, tag: u16) -> Rule {
    Rule { place, tag, form: Form::Version }
}

const fn note(place: Place, tag: u16, most_bytes: usize) -> Rule {
    Rule { place, tag, form: Form::Note { most_bytes } }
}

/// Names of things and people.
const NAME_BYTES: usize = 100;
/// Sentences.
const SENTENCE_BYTES: usize = 400;

const WHOLE: &[u16] = &[SHORT, LONG];
const FRACTION: &[u16] = &[RATIONAL, SRATIONAL];

use Place::{Location, Main, Taken};

/// All fields that are kept. Names are those of EXIF 2.32.
const RULES: &[Rule] = &[
    text(Main, tag::DESCRIPTION, SENTENCE_BYTES),
    text(Main, tag::MAKE, NAME_BYTES),
    text(Main, tag::MODEL, NAME_BYTES),
    numbers(Main, tag::ORIENTATION, WHOLE, 1),
    numbers(Main, tag::X_RESOLUTION, &[RATIONAL], 1),
    numbers(Main, tag::Y_RESOLUTION, &[RATIONAL], 1),
    numbers(Main, tag::RESOLUTION_UNIT, WHOLE, 1),
    text(Main, tag::SOFTWARE, NAME_BYTES),
    moment(Main, tag::DATE_TIME),
    text(Main, tag::ARTIST, NAME_BYTES),
    text(Main, 0x013c, NAME_BYTES), // HostComputer
    Rule { place: Main, tag: tag::COPYRIGHT, form: Form::TwoTexts { most_bytes: SENTENCE_BYTES } },
    numbers(Taken, 0x829a, FRACTION, 1), // ExposureTime
    numbers(Taken, 0x829d, FRACTION, 1), // FNumber
    numbers(Taken, 0x8822, WHOLE, 1),    // ExposureProgram
    numbers(Taken, 0x8827, WHOLE, 3),    // PhotographicSensitivity
    numbers(Taken, 0x8830, WHOLE, 1),    // SensitivityType
    numbers(Taken, 0x8831, WHOLE, 1),    // StandardOutputSensitivity
    numbers(Taken, 0x8832, WHOLE, 1),    // RecommendedExposureIndex
    numbers(Taken, 0x8833, WHOLE, 1),    // ISOSpeed
    version(Taken, 0x9000),              // ExifVersion
    moment(Taken, 0x9003),               // DateTimeOriginal
    moment(Taken, 0x9004),               // DateTimeDigitized
    moment(Taken, 0x9010),               // OffsetTime
    moment(Taken, 0x9011),               // OffsetTimeOriginal
    moment(Taken, 0x9012),               // OffsetTimeDigitized
    numbers(Taken, 0x9201, FRACTION, 1), // ShutterSpeedValue
    numbers(Taken, 0x9202, FRACTION, 1), // ApertureValue
    numbers(Taken, 0x9203, FRACTION, 1), // BrightnessValue
    numbers(Taken, 0x9204, FRACTION, 1), // ExposureBiasValue
    numbers(Taken, 0x9205, FRACTION, 1), // MaxApertureValue
    numbers(Taken, 0x9206, FRACTION, 1), // SubjectDistance
    numbers(Taken, 0x9207, WHOLE, 1),    // MeteringMode
    numbers(Taken, 0x9208, WHOLE, 1),    // LightSource
    numbers(Taken, 0x9209, WHOLE, 1),    // Flash
    numbers(Taken, 0x920a, FRACTION, 1), // FocalLength
    note(Taken, tag::USER_COMMENT, SENTENCE_BYTES),
    moment(Taken, 0x9290),            // SubSecTime
    moment(Taken, 0x9291),            // SubSecTimeOriginal
    moment(Taken, 0x9292),            // SubSecTimeDigitized
    version(Taken, 0xa000),           // FlashpixVersion
    numbers(Taken, 0xa001, WHOLE, 1), // ColorSpace
    numbers(Taken, tag::WIDTH, WHOLE, 1),
    numbers(Taken, tag::HEIGHT, WHOLE, 1),
    numbers(Taken, 0xa20b, FRACTION, 1),     // FlashEnergy
    numbers(Taken, 0xa20e, FRACTION, 1),     // FocalPlaneXResolution
    numbers(Taken, 0xa20f, FRACTION, 1),     // FocalPlaneYResolution
    numbers(Taken, 0xa210, WHOLE, 1),        // FocalPlaneResolutionUnit
    numbers(Taken, 0xa215, FRACTION, 1),     // ExposureIndex
    numbers(Taken, 0xa217, WHOLE, 1),        // SensingMethod
    numbers(Taken, 0xa300, &[UNDEFINED], 1), // FileSource
    numbers(Taken, 0xa301, &[UNDEFINED], 1), // SceneType
    numbers(Taken, 0xa401, WHOLE, 1),        // CustomRendered
    numbers(Taken, 0xa402, WHOLE, 1),        // ExposureMode
    numbers(Taken, 0xa403, WHOLE, 1),        // WhiteBalance
    numbers(Taken, 0xa404, FRACTION, 1),     // DigitalZoomRatio
    numbers(Taken, 0xa405, WHOLE, 1),        // FocalLengthIn35mmFilm
    numbers(Taken, 0xa406, WHOLE, 1),        // SceneCaptureType
    numbers(Taken, 0xa407, WHOLE, 1),        // GainControl
    numbers(Taken, 0xa408, WHOLE, 1),        // Contrast
    numbers(Taken, 0xa409, WHOLE, 1),        // Saturation
    numbers(Taken, 0xa40a, WHOLE, 1),        // Sharpness
    numbers(Taken, 0xa40c, WHOLE, 1),        // SubjectDistanceRange
    text(Taken, 0xa420, 33),                 // ImageUniqueID
    text(Taken, 0xa430, NAME_BYTES),         // CameraOwnerName
    text(Taken, 0xa431, NAME_BYTES),         // BodySerialNumber
    numbers(Taken, 0xa432, FRACTION, 4),     // LensSpecification
    text(Taken, 0xa433, NAME_BYTES),         // LensMake
    text(Taken, 0xa434, NAME_BYTES),         // LensModel
    text(Taken, 0xa435, NAME_BYTES),         // LensSerialNumber
    numbers(Taken, 0xa500, FRACTION, 1),     // Gamma
    numbers(Location, 0x00, &[BYTE], 4),     // GPSVersionID
    text(Location, 0x01, 2),                 // GPSLatitudeRef
    numbers(Location, 0x02, FRACTION, 3),    // GPSLatitude
    text(Location, 0x03, 2),                 // GPSLongitudeRef
    numbers(Location, 0x04, FRACTION, 3),    // GPSLongitude
    numbers(Location, 0x05, &[BYTE], 1),     // GPSAltitudeRef
    numbers(Location, 0x06, FRACTION, 1),    // GPSAltitude
    numbers(Location, 0x07, FRACTION, 3),    // GPSTimeStamp
    text(Location, 0x08, NAME_BYTES),        // GPSSatellites
    text(Location, 0x09, 2),                 // GPSStatus
    text(Location, 0x0a, 2),                 // GPSMeasureMode
    numbers(Location, 0x0b, FRACTION, 1),    // GPSDOP
    text(Location, 0x0c, 2),                 // GPSSpeedRef
    numbers(Location, 0x0d, FRACTION, 1),    // GPSSpeed
    text(Location, 0x0e, 2),                 // GPSTrackRef
    numbers(Location, 0x0f, FRACTION, 1),    // GPSTrack
    text(Location, 0x10, 2),                 // GPSImgDirectionRef
    numbers(Location, 0x11, FRACTION, 1),    // GPSImgDirection
    text(Location, 0x12, NAME_BYTES),        // GPSMapDatum
    text(Location, 0x13, 2),                 // GPSDestLatitudeRef
    numbers(Location, 0x14, FRACTION, 3),    // GPSDestLatitude
    text(Location, 0x15, 2),                 // GPSDestLongitudeRef
    numbers(Location, 0x16, FRACTION, 3),    // GPSDestLongitude
    text(Location, 0x17, 2),                 // GPSDestBearingRef
    numbers(Location, 0x18, FRACTION, 1),    // GPSDestBearing
    text(Location, 0x19, 2),                 // GPSDestDistanceRef
    numbers(Location, 0x1a, FRACTION, 1),    // GPSDestDistance
    note(Location, 0x1b, NAME_BYTES),        // GPSProcessingMethod
    note(Location, 0x1c, NAME_BYTES),        // GPSAreaInformation
    moment(Location, 0x1d),                  // GPSDateStamp
    numbers(Location, 0x1e, WHOLE, 1),       // GPSDifferential
    numbers(Location, 0x1f, FRACTION, 1),    // GPSHPositioningError
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest value that a rule lets through.
    fn most_bytes(form: Form) -> usize {
        match form {
            Form::Numbers { most, .. } => most * 8,
            Form::Text { most_bytes } | Form::TwoTexts { most_bytes } => most_bytes,
            Form::Note { most_bytes } => most_bytes,
            Form::Moment | Form::Version => 32,
        }
    }

    #[test]
    fn every_field_is_listed_once_and_all_of_them_fit_into_a_segment() {
        let mut seen: Vec<_> = RULES.iter().map(|rule| (rule.place, rule.tag)).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
        let bytes: usize = RULES.iter().map(|rule| 12 + most_bytes(rule.form)).sum();
        assert!(bytes < 6_000, "{bytes} bytes at most");
    }

    #[test]
    fn what_holds_pictures_is_on_no_list() {
        // Maker's notes, sub-directories, interoperability, strips, tiles, thumbnails, XMP, IPTC,
        // Photoshop, a print's data, the names that Windows gives, and copies of whole raw files.
        for tag in [
            0x0100, 0x0111, 0x0117, 0x0144, 0x014a, 0x0201, 0x0202, 0x02bc, 0x83bb, 0x8649, 0x8773,
            0x927c, 0x9c9b, 0xa005, 0xc4a5, 0xc634, 0xea1c,
        ] {
            for place in [Main, Taken, Location] {
                assert!(rule(place, tag).is_none(), "{tag:04x} in {place:?}");
            }
        }
    }
}
