//! ICC profiles: whether one is what it says it is, and no more than that.
//!
//! Layout: ICC.1:2022. A header of 128 bytes, a table of tags, and their data.

use std::ops::Range;

/// No profile that is kept is larger; those of printers with tables for every intent come near.
pub const MOST_BYTES: usize = 4 << 20;

const HEADER_BYTES: usize = 128;
const TABLE_AT: usize = HEADER_BYTES + 4;
const ENTRY_BYTES: usize = 12;
/// The digest of the whole, and what is reserved behind it.
const DIGEST: Range<usize> = 84..100;
const RESERVED: Range<usize> = 100..HEADER_BYTES;
/// Of devices and of colour spaces: not links between devices, effects or lists of named colours.
const CLASSES: [&[u8; 4]; 4] = [b"mntr", b"scnr", b"prtr", b"spac"];

/// A tag that is kept: its names, the kinds its data may be of, and the most bytes of that.
struct Rule {
    names: &'static [&'static [u8; 4]],
    kinds: &'static [&'static [u8; 4]],
    most_bytes: usize,
}

/// What decides about colours, and the names and rights that belong to a profile.
const RULES: &[Rule] = &[
    Rule {
        names: &[b"wtpt", b"bkpt", b"rXYZ", b"gXYZ", b"bXYZ", b"lumi"],
        kinds: &[b"XYZ "],
        most_bytes: 20,
    },
    Rule { names: &[b"chad"], kinds: &[b"sf32"], most_bytes: 44 },
    Rule { names: &[b"chrm"], kinds: &[b"chrm"], most_bytes: 36 },
    Rule { names: &[b"cicp"], kinds: &[b"cicp"], most_bytes: 12 },
    Rule { names: &[b"tech"], kinds: &[b"sig "], most_bytes: 12 },
    Rule { names: &[b"meas"], kinds: &[b"meas"], most_bytes: 36 },
    Rule { names: &[b"view"], kinds: &[b"view"], most_bytes: 36 },
    Rule {
        names: &[b"rTRC", b"gTRC", b"bTRC"],
        kinds: &[b"curv", b"para"],
        most_bytes: 12 + 2 * 4096,
    },
    Rule {
        names: &[b"desc", b"cprt", b"dmnd", b"dmdd", b"vued"],
        kinds: &[b"desc", b"mluc", b"text"],
        most_bytes: 2048,
    },
    Rule {
        names: &[
            b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt", b"pre0", b"pre1",
            b"pre2",
        ],
        kinds: &[b"mft1", b"mft2", b"mAB ", b"mBA "],
        most_bytes: 1 << 20,
    },
];

/// A tag, and where its data lies in the profile.
#[derive(Clone)]
struct Tag {
    name: [u8; 4],
    data: Range<usize>,
}

/// The profile, if it is one for RGB: up to the end that it names, with only those tags that are
/// known to be harmless, and nothing between them.
pub fn checked(profile: &[u8]) -> Option<Vec<u8>> {
    let bytes = u32_at(profile, 0)? as usize;
    if bytes > MOST_BYTES {
        return None;
    }
    let profile = profile.get(..bytes)?;
    let is_one = profile.get(36..40)? == b"acsp"
        && profile.get(16..20)? == b"RGB "
        && CLASSES.iter().any(|class| profile[12..16] == **class);
    let tags = is_one.then(|| tags(profile))??;
    let kept: Vec<Tag> = tags.iter().filter(|tag| is_kept(profile, tag)).cloned().collect();
    let is_whole = kept.len() == tags.len() && hides_nothing(profile, &kept);
    Some(if is_whole { profile.to_vec() } else { rewritten(profile, &kept) })
}

fn u32_at(profile: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*profile.get(at..)?.first_chunk()?))
}

/// All tags; `None` where one lies outside, or in the table.
fn tags(profile: &[u8]) -> Option<Vec<Tag>> {
    let count = u32_at(profile, HEADER_BYTES)? as usize;
    let table_end = TABLE_AT + count.checked_mul(ENTRY_BYTES)?;
    let (entries, _) = profile.get(TABLE_AT..table_end)?.as_chunks::<ENTRY_BYTES>();
    let tag = |entry: &[u8; ENTRY_BYTES]| {
        let (start, bytes) = (u32_at(entry, 4)? as usize, u32_at(entry, 8)? as usize);
        let data = start..start.checked_add(bytes)?;
        let name = *entry.first_chunk()?;
        (start >= table_end && data.end <= profile.len()).then_some(Tag { name, data })
    };
    entries.iter().map(tag).collect()
}

fn is_kept(profile: &[u8], tag: &Tag) -> bool {
    let data = &profile[tag.data.clone()];
    // Data may be filled up to a multiple of four.
    RULES.iter().any(|rule| {
        rule.names.contains(&&tag.name)
            && rule.kinds.iter().any(|kind| data.starts_with(*kind))
            && data.len() <= rule.most_bytes.next_multiple_of(4)
    })
}

/// Whether all bytes belong to the header, the table or a tag, but for a few zeros.
fn hides_nothing(profile: &[u8], tags: &[Tag]) -> bool {
    let mut data: Vec<&Range<usize>> = tags.iter().map(|tag| &tag.data).collect();
    data.sort_unstable_by_key(|data| data.start);
    let mut end = TABLE_AT + ENTRY_BYTES * tags.len();
    let is_zero = |gap: &[u8]| gap.iter().all(|&byte| byte == 0);
    for data in data {
        if end < data.start && !is_zero(&profile[end..data.start]) {
            return false;
        }
        end = end.max(data.end);
    }
    is_zero(&profile[end..]) && is_zero(&profile[RESERVED])
}

/// A profile of these tags alone.
fn rewritten(profile: &[u8], tags: &[Tag]) -> Vec<u8> {
    let mut table = Vec::new();
    let mut data: Vec<u8> = Vec::new();
    let data_at = TABLE_AT + ENTRY_BYTES * tags.len();
    let mut written: Vec<(&Range<usize>, usize)> = Vec::new();
    for Tag { name, data: from } in tags {
        // Curves of the three colours are often one.
        let known = written.iter().find(|(known, _)| *known == from).map(|(_, at)| *at);
        let at = known.unwrap_or_else(|| {
            let at = data_at + data.len();
            data.extend(&profile[from.clone()]);
            data.resize(data.len().next_multiple_of(4), 0);
            written.push((from, at));
            at
        });
        table.extend(name);
        table.extend([at, from.len()].map(|number| (number as u32).to_be_bytes()).concat());
    }
    let mut whole = profile[..HEADER_BYTES].to_vec();
    whole[DIGEST].fill(0);
    whole[RESERVED].fill(0);
    whole[..4].copy_from_slice(&((data_at + data.len()) as u32).to_be_bytes());
    whole.extend((tags.len() as u32).to_be_bytes());
    whole.extend(table);
    whole.extend(data);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of these tags, and what else it says it holds.
    fn profile(tags: &[(&[u8; 4], &[u8])], more: &[u8]) -> Vec<u8> {
        let mut profile = vec![0; HEADER_BYTES];
        profile[12..16].copy_from_slice(b"mntr");
        profile[16..20].copy_from_slice(b"RGB ");
        profile[36..40].copy_from_slice(b"acsp");
        profile.extend((tags.len() as u32).to_be_bytes());
        let mut at = TABLE_AT + ENTRY_BYTES * tags.len();
        for (name, data) in tags {
            profile.extend(*name);
            profile.extend([at, data.len()].map(|number| (number as u32).to_be_bytes()).concat());
            at += data.len();
        }
        tags.iter().for_each(|(_, data)| profile.extend(*data));
        profile.extend(more);
        let bytes = profile.len() as u32;
        profile[..4].copy_from_slice(&bytes.to_be_bytes());
        profile
    }

    const WHITE: (&[u8; 4], &[u8]) = (b"wtpt", b"XYZ \0\0\0\0aaaabbbbcccc");
    const CURVE: (&[u8; 4], &[u8]) = (b"rTRC", b"curv\0\0\0\0\0\0\0\0");

    #[test]
    fn what_is_a_profile_and_nothing_else_stays_to_the_byte() {
        for whole in [profile(&[], b""), profile(&[WHITE, CURVE], b""), profile(&[WHITE], b"\0\0")]
        {
            assert_eq!(checked(&whole), Some(whole.clone()));
            let longer = [&whole[..], b"a picture"].concat();
            assert_eq!(checked(&longer), Some(whole));
        }
    }

    #[test]
    fn what_a_profile_hides_is_left_out() {
        let long = [b"mluc", &[b'x'; 3000][..]].concat();
        let clean = profile(&[WHITE, CURVE], b"");
        let mut reserved = clean.clone();
        reserved[110] = 7;
        for hiding in [
            profile(&[WHITE, (b"thmb", b"data\0\0\0\0a picture"), CURVE], b""),
            profile(&[WHITE, (b"desc", &long), CURVE], b""),
            profile(&[WHITE, (b"cprt", b"\xff\xd8\xff\xe0 a picture"), CURVE], b""),
            profile(&[WHITE, (b"bkpt", &[WHITE.1, b"a picture"].concat()), CURVE], b""),
            profile(&[WHITE, CURVE], b"a picture"),
            reserved,
        ] {
            assert_eq!(checked(&hiding), Some(clean.clone()), "{}", hiding.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_profile_for_rgb_is_none() {
        let whole = profile(&[WHITE], b"");
        for (at, bytes) in [
            (0, &b"\xff\0\0\0"[..]),
            (0, b"\0\0\0\x10"),
            (12, b"link"),
            (16, b"CMYK"),
            (36, b"JFIF"),
            (128, b"\xff\xff\xff\xff"),
            (136, b"\0\0\0\0"),
            (136, b"\xff\xff\xff\xff"),
        ] {
            let mut other = whole.clone();
            other[at..at + bytes.len()].copy_from_slice(bytes);
            assert_eq!(checked(&other), None, "{at}");
        }
        for bytes in 0..whole.len() {
            assert_eq!(checked(&whole[..bytes]), None, "{bytes}");
        }
        let huge = profile(&[], &vec![0; MOST_BYTES]);
        assert_eq!(checked(&huge), None);
    }
}
