//! The zip archive that a checkpoint is, with bounds on what its directory may hold.

use std::{
    io::{self, Cursor},
    ops::Range,
};

use memchr::memmem;
use zip::{CompressionMethod, ZipArchive};

use super::{
    WeightsError,
    bounds::{MAX_TENSORS, quoted, quoted_words},
    checkpoint::malformed,
};

/// Entries that an archive may have: a storage for each tensor, and a few facts.
const MAX_ENTRIES: usize = MAX_TENSORS + 64;
/// How long the names, extra fields and comments of all entries may be together.
const MAX_DIRECTORY_BYTES: usize = 4 << 20;
/// Ends of a directory that an archive may seem to have; numbers can look like one by chance.
const MAX_ENDS: usize = 16;

/// What an entry of the directory begins with, and where its three lengths are.
const ENTRY_SIGNATURE: &[u8] = b"PK\x01\x02";
const ENTRY_LENGTHS: Range<usize> = 28..34;
const END_SIGNATURES: [&[u8]; 2] = [b"PK\x05\x06", b"PK\x06\x06"];

/// An archive whose entries lie in the file as they are.
pub(super) struct Archive<'a> {
    bytes: &'a [u8],
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// What of the file is not read yet: entries of a hostile archive can overlap.
    unread_bytes: usize,
}

impl<'a> Archive<'a> {
    /// Reads the directory, once it is known to be small.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, WeightsError> {
        check_directory(bytes)?;
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| malformed(quoted_words(&error.to_string())))?;
        Ok(Self { bytes, zip, unread_bytes: bytes.len() })
    }

    /// What stands before `ending` in the name of the first entry that ends so.
    pub(super) fn before(&self, ending: &str) -> Option<String> {
        self.zip.file_names().find_map(|name| Some(name.ok()?.strip_suffix(ending)?.to_owned()))
    }

    /// The bytes of an entry, which `torch.save` never compresses, with their checksum verified.
    pub(super) fn entry(&mut self, name: &str) -> Result<&'a [u8], WeightsError> {
        let unreadable = |what: &dyn std::fmt::Display| {
            malformed(format!("entry `{}`: {}", quoted(name), quoted_words(&what.to_string())))
        };
        let mut entry = self.zip.by_name(name).map_err(|error| unreadable(&error))?;
        if entry.compression() != CompressionMethod::Stored
            || entry.encrypted()
            || entry.compressed_size() != entry.size()
        {
            return Err(unreadable(&"it is compressed or encrypted"));
        }
        let range = entry.data_start().and_then(|start| {
            let start = usize::try_from(start).ok()?;
            Some(start..start.checked_add(usize::try_from(entry.size()).ok()?)?)
        });
        let content = range.and_then(|range| self.bytes.get(range));
        let content = content.ok_or_else(|| unreadable(&"it ends early"))?;
        self.unread_bytes = self
            .unread_bytes
            .checked_sub(content.len())
            .ok_or_else(|| malformed("its entries overlap".to_owned()))?;
        io::copy(&mut entry, &mut io::sink()).map_err(|error| unreadable(&error))?;
        Ok(content)
    }
}

/// Refuses a directory that would take much memory to read. Every entry has its signature, so there
/// are no more entries than signatures; one that is there by chance does no harm.
fn check_directory(bytes: &[u8]) -> Result<(), WeightsError> {
    let ends = END_SIGNATURES.map(|end| memmem::find_iter(bytes, end).take(MAX_ENDS + 1).count());
    if ends.into_iter().any(|count| count > MAX_ENDS) {
        return Err(malformed("its archive has many ends".to_owned()));
    }
    let mut directory_bytes = 0;
    for (count, place) in memmem::find_iter(bytes, ENTRY_SIGNATURE).enumerate() {
        if count >= MAX_ENTRIES {
            return Err(malformed(format!("its archive has more than {MAX_ENTRIES} entries")));
        }
        let lengths = bytes[place..].get(ENTRY_LENGTHS).unwrap_or_default();
        let (lengths, _) = lengths.as_chunks::<2>();
        directory_bytes +=
            lengths.iter().map(|&length| usize::from(u16::from_le_bytes(length))).sum::<usize>();
    }
    if directory_bytes > MAX_DIRECTORY_BYTES {
        return Err(malformed("the names in its archive are too long".to_owned()));
    }
    Ok(())
}
