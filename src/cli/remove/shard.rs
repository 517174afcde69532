//! Which photos are whose, where several runs share the work.

use std::{path::Path, str::FromStr};

use sha2::{Digest as _, Sha256};

/// One of several shares of all photos. Which one a photo is in depends on its path alone, as it is
/// named, without its ending: on every machine the same, and photos whose results would be called
/// alike are in the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    number: u64,
    of: u64,
}

impl Shard {
    /// Whether a photo is in this share.
    pub fn has(self, photo: &Path) -> bool {
        let hash = Sha256::digest(photo.with_extension("").as_os_str().as_encoded_bytes());
        let (first, _) = hash.split_first_chunk().expect("a hash has 32 bytes");
        u64::from_be_bytes(*first) % self.of == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shard = text.split_once('/').and_then(|(number, of)| {
            Some(Self { number: number.parse().ok()?, of: of.parse().ok()? })
        });
        let is_one = |shard: &Self| (1..=shard.of).contains(&shard.number);
        shard.filter(is_one).ok_or_else(|| format!("{text:?} is not like 1/8, the first of eight"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_photo_is_in_one_share_and_shares_are_alike() {
        let shards = ["1/3", "2/3", "3/3"].map(|text| text.parse::<Shard>().unwrap());
        let mut counts = [0; 3];
        for number in 0..3000 {
            let path = format!("photos/{}/{number}.jpg", number % 7);
            let has = shards.map(|shard| shard.has(Path::new(&path)));
            assert_eq!(has.iter().filter(|has| **has).count(), 1, "{path}");
            for (count, has) in counts.iter_mut().zip(has) {
                *count += u32::from(has);
            }
        }
        assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_path_stays_in_its_share_on_every_machine() {
        let shard: Shard = "3/8".parse().unwrap();
        let has = |name: &str| shard.has(Path::new(name));
        let mine = (0..40).filter(|number| has(&format!("in/{number}.jpg"))).collect::<Vec<_>>();
        assert_eq!(mine, MINE);
        assert!((0..40).all(|n| has(&format!("in/{n}.jpg")) == has(&format!("in/{n}.png"))));
    }

    /// As computed with another implementation of SHA-256.
    const MINE: [i32; 6] = [5, 12, 19, 20, 24, 26];

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
