//! EXIF in TIFF files, where its fields stand among those of the picture.

use std::io::{BufRead, Cursor, Seek, Write};

use tiff::{
    TiffResult,
    decoder::{Decoder, IfdDecoder},
    encoder::{DirectoryEncoder, TiffEncoder, TiffKindStandard},
    tags::{ByteOrder, Tag, Type, ValueBuffer},
};

use super::{
    ifd::{Directory, Order},
    tag,
};
use crate::imaging::Dpi;

/// Fields of the picture's own directory that are EXIF's as well.
const DESCRIPTION: &[u16] = &[
    tag::DESCRIPTION,
    tag::MAKE,
    tag::MODEL,
    tag::SOFTWARE,
    tag::DATE_TIME,
    tag::ARTIST,
    tag::COPYRIGHT,
];
const RESOLUTION: &[u16] = &[tag::X_RESOLUTION, tag::Y_RESOLUTION, tag::RESOLUTION_UNIT];
/// It points further, into what is not taken along.
const NOT_TAKEN: u16 = tag::INTEROPERABILITY;

/// What a TIFF file says beside its pixels.
#[derive(Default)]
pub struct Fields {
    /// EXIF in a structure of its own, if there is any.
    pub exif: Option<Vec<u8>>,
    pub dpi: Option<Dpi>,
    pub icc_profile: Option<Vec<u8>>,
}

/// Reads what stands among the fields of the picture; what cannot be read is not there.
pub fn read(file: impl BufRead + Seek) -> Fields {
    let Ok(mut decoder) = Decoder::new(file) else { return Fields::default() };
    let icc_profile = {
        let mut value = ValueBuffer::empty(Type::BYTE);
        let found = decoder.image_ifd().find_tag_buf(Tag::IccProfile, &mut value);
        matches!(found, Ok(Some(_))).then(|| value.as_bytes().to_vec())
    };
    let mut exif = Cursor::new(Vec::new());
    let Ok(tells) = copy(&mut decoder, &mut exif) else {
        return Fields { icc_profile, ..Fields::default() };
    };
    let exif = exif.into_inner();
    Fields { icc_profile, dpi: super::dpi(&exif), exif: tells.then_some(exif) }
}

/// Copies EXIF's fields; whether there is more than a resolution.
fn copy(
    decoder: &mut Decoder<impl BufRead + Seek>,
    exif: &mut Cursor<Vec<u8>>,
) -> TiffResult<bool> {
    let mut encoder = TiffEncoder::new(exif)?;
    let mut pointers = Vec::new();
    for pointer in [Tag::ExifDirectory, Tag::GpsDirectory] {
        let at = decoder.find_tag(pointer)?.map(|value| value.into_ifd_pointer()).transpose()?;
        let Some(directory) = at.and_then(|at| decoder.read_directory(at).ok()) else { continue };
        let mut below = encoder.extra_directory()?;
        let tags: Vec<Tag> = directory.iter().map(|(tag, _)| tag).collect();
        for tag in tags.into_iter().filter(|tag| tag.to_u16() != NOT_TAKEN) {
            copy_field(decoder.read_directory_tags(&directory), tag, &mut below)?;
        }
        pointers.push((pointer, below.finish_with_offsets()?.offset));
    }
    let mut main = encoder.image_directory()?;
    let mut tells = !pointers.is_empty();
    for &tag in DESCRIPTION {
        tells |= copy_field(decoder.image_ifd(), Tag::from_u16_exhaustive(tag), &mut main)?;
    }
    for &tag in RESOLUTION {
        copy_field(decoder.image_ifd(), Tag::from_u16_exhaustive(tag), &mut main)?;
    }
    for (pointer, offset) in pointers {
        main.write_tag(pointer, offset)?;
    }
    main.finish()?;
    Ok(tells)
}

/// Copies a field; `false` where it is not there or cannot be read: the others are worth having.
fn copy_field<W: Write + Seek>(
    mut from: IfdDecoder<'_>,
    tag: Tag,
    to: &mut DirectoryEncoder<'_, W, TiffKindStandard>,
) -> TiffResult<bool> {
    let mut value = ValueBuffer::empty(Type::BYTE);
    if !matches!(from.find_tag_buf(tag, &mut value), Ok(Some(_))) {
        return Ok(false);
    }
    value.set_byte_order(ByteOrder::native());
    to.write_tag_buf(tag, &value)?;
    Ok(true)
}

/// The directories below EXIF's first, once they stand in a TIFF file.
pub struct Written(Vec<(Tag, u32)>);

/// Writes the directories that EXIF's first points to into a TIFF file.
pub fn write_below<W: Write + Seek>(
    exif: &[u8],
    encoder: &mut TiffEncoder<W, TiffKindStandard>,
) -> TiffResult<Written> {
    let mut written = Vec::new();
    let Some((order, main)) = Directory::first(exif) else { return Ok(Written(written)) };
    for pointer in [Tag::ExifDirectory, Tag::GpsDirectory] {
        let Some(directory) = main.below(exif, order, pointer.to_u16()) else { continue };
        let mut below = encoder.extra_directory()?;
        let tags = directory.entries.iter().map(|entry| entry.tag);
        let tags: Vec<u16> = tags.filter(|&tag| tag != NOT_TAKEN).collect();
        write_fields(exif, order, &directory, &tags, &mut below)?;
        written.push((pointer, below.finish_with_offsets()?.offset));
    }
    Ok(Written(written))
}

/// Writes EXIF's first directory among the fields of the picture.
pub fn write_main<W: Write + Seek>(
    exif: &[u8],
    below: Written,
    picture: &mut DirectoryEncoder<'_, W, TiffKindStandard>,
) -> TiffResult<()> {
    let Some((order, main)) = Directory::first(exif) else { return Ok(()) };
    write_fields(exif, order, &main, DESCRIPTION, picture)?;
    write_fields(exif, order, &main, RESOLUTION, picture)?;
    for (pointer, offset) in below.0 {
        picture.write_tag(pointer, offset)?;
    }
    Ok(())
}

fn write_fields<W: Write + Seek>(
    exif: &[u8],
    order: Order,
    from: &Directory,
    tags: &[u16],
    to: &mut DirectoryEncoder<'_, W, TiffKindStandard>,
) -> TiffResult<()> {
    let order = match order {
        Order::Little => ByteOrder::LittleEndian,
        Order::Big => ByteOrder::BigEndian,
    };
    let mut fields = Vec::new();
    for entry in from.entries.iter().filter(|entry| tags.contains(&entry.tag)) {
        let (Some(kind), Some(range)) = (Type::from_u16(entry.kind), entry.range(exif)) else {
            continue;
        };
        let mut value = exif[range].to_vec();
        order.convert(kind, &mut value, ByteOrder::native());
        fields.push((Tag::from_u16_exhaustive(entry.tag), to.write_entry_bytes(kind, &value)?));
    }
    to.extend_from(&tiff::Directory::from_iter(fields));
    Ok(())
}
