//! The state file that the libraries map: settings and books, laid out as `c/state.h` says.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::MIB;

/// "CSTAND01" as it lies in the file.
const MAGIC: u64 = 0x3130_444e_4154_5343;
const CARDS_MAX: usize = 8;
const NAME_BYTES: usize = 64;
const WORD_BYTES: usize = 8;
const HEAD_WORDS: usize = 16;
const CARD_WORDS: usize = 16;
const CARD_BYTES: usize = CARD_WORDS * WORD_BYTES + NAME_BYTES;
const FILE_BYTES: usize = HEAD_WORDS * WORD_BYTES + CARDS_MAX * CARD_BYTES;

/// Places of words in the head.
mod head {
    pub const MAGIC: usize = 0;
    pub const CARDS: usize = 1;
    pub const FAIL_AT_LAUNCH: usize = 2;
    pub const REFUSE_ALLOCATION: usize = 3;
    pub const CUDNN_WORKSPACE_BYTES: usize = 4;
    pub const DRIVER_VERSION: usize = 5;
    pub const NVML_HIDES_PROCESS: usize = 6;
    pub const LAUNCHES: usize = 7;
    pub const ALLOCATIONS: usize = 8;
}

/// Places of words in a card.
mod card {
    pub const TOTAL_BYTES: usize = 0;
    pub const OTHERS_BYTES: usize = 1;
    pub const CONTEXT_BYTES: usize = 2;
    pub const DRIVER_BYTES: usize = 3;
    pub const MAJOR: usize = 4;
    pub const MINOR: usize = 5;
    pub const PCI_BUS: usize = 6;
    pub const MIG_PARENT_BYTES: usize = 7;
    pub const HELD_BYTES: usize = 9;
    pub const PEAK_HELD_BYTES: usize = 10;
    pub const ALLOCATIONS: usize = 11;
    pub const FREES: usize = 12;
    pub const REFUSALS: usize = 13;
}

/// How the cards are, and what goes wrong.
#[derive(Clone, Debug)]
pub struct Settings {
    /// In CUDA's order; NVML sorts them by [`Card::pci_bus`].
    pub cards: Vec<Card>,
    /// From this launch on, counted from 1, every call fails; 0 is never.
    pub fail_at_launch: u64,
    /// This one allocation, counted from 1, is refused; 0 is none.
    pub refuse_allocation: u64,
    /// What every convolution of cuDNN asks for beside its maps.
    pub cudnn_workspace_bytes: u64,
    /// The newest CUDA that the driver knows: 13000 is enough.
    pub driver_version: u64,
    /// Whether NVML leaves this process out of the list of those that hold memory.
    pub nvml_hides_process: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cards: vec![Card::default()],
            fail_at_launch: 0,
            refuse_allocation: 0,
            cudnn_workspace_bytes: 0,
            driver_version: 13_000,
            nvml_hides_process: false,
        }
    }
}

/// One card.
#[derive(Clone, Debug)]
pub struct Card {
    /// At most 63 bytes.
    pub name: String,
    /// All of its memory.
    pub total_bytes: u64,
    /// Held by other programs at first.
    pub others_bytes: u64,
    /// What the first use takes.
    pub context_bytes: u64,
    /// Kept by the driver.
    pub driver_bytes: u64,
    /// Compute capability.
    pub capability: (u64, u64),
    /// By which NVML sorts, and which tells cards apart.
    pub pci_bus: u64,
    /// The whole card's size where this is an instance of one (MIG); 0 otherwise.
    pub mig_parent_bytes: u64,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            name: "Stand-in (no GPU)".to_owned(),
            total_bytes: 8192 * MIB,
            others_bytes: 0,
            context_bytes: 400 * MIB,
            driver_bytes: 0,
            capability: (8, 6),
            pci_bus: 1,
            mig_parent_bytes: 0,
        }
    }
}

/// What was taken and given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Books {
    /// Kernels and convolutions started.
    pub launches: u64,
    /// Allocations that were asked for, refused ones included.
    pub allocations: u64,
    /// For each card, in the order of [`Settings::cards`].
    pub cards: Vec<CardBooks>,
}

/// What one card gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardBooks {
    /// Given out and not yet given back, without the context.
    pub held_bytes: u64,
    /// The most of it.
    pub peak_held_bytes: u64,
    /// Calls of cudaMalloc that got memory.
    pub allocations: u64,
    /// Calls of cudaFree.
    pub frees: u64,
    /// Allocations that got none.
    pub refusals: u64,
}

/// The file, which libraries that run on it have mapped.
pub struct StateFile {
    path: PathBuf,
    _until_dropped: Option<NamedTempFile>,
}

impl StateFile {
    /// A new one with these settings, which is gone when the value is dropped.
    pub fn create(settings: &Settings) -> io::Result<Self> {
        let file = NamedTempFile::new()?;
        file.as_file().write_all_at(&bytes_of(settings), 0)?;
        Ok(Self { path: file.path().to_owned(), _until_dropped: Some(file) })
    }

    /// One that somebody else made.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), _until_dropped: None }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn set_others_bytes(&self, number: usize, bytes: u64) {
        self.set(card_at(number) + card::OTHERS_BYTES * WORD_BYTES, bytes);
    }

    pub fn set_fail_at_launch(&self, launch: u64) {
        self.set(head::FAIL_AT_LAUNCH * WORD_BYTES, launch);
    }

    pub fn books(&self) -> Books {
        let mut bytes = [0; FILE_BYTES];
        self.open().read_exact_at(&mut bytes, 0).expect("the state file is whole");
        let word = |begin: usize, place: usize| {
            let at = begin + place * WORD_BYTES;
            u64::from_le_bytes(bytes[at..at + WORD_BYTES].try_into().expect("eight bytes"))
        };
        assert_eq!(word(0, head::MAGIC), MAGIC, "{} is a state file", self.path.display());
        let cards = usize::try_from(word(0, head::CARDS)).unwrap_or(CARDS_MAX).min(CARDS_MAX);
        let of_card = |number| {
            let begin = card_at(number);
            CardBooks {
                held_bytes: word(begin, card::HELD_BYTES),
                peak_held_bytes: word(begin, card::PEAK_HELD_BYTES),
                allocations: word(begin, card::ALLOCATIONS),
                frees: word(begin, card::FREES),
                refusals: word(begin, card::REFUSALS),
            }
        };
        Books {
            launches: word(0, head::LAUNCHES),
            allocations: word(0, head::ALLOCATIONS),
            cards: (0..cards).map(of_card).collect(),
        }
    }

    fn set(&self, at: usize, value: u64) {
        let written = self.open().write_all_at(&value.to_le_bytes(), at as u64);
        written.expect("the state file can be written");
    }

    fn open(&self) -> File {
        let file = OpenOptions::new().read(true).write(true).open(&self.path);
        file.unwrap_or_else(|error| panic!("{}: {error}", self.path.display()))
    }
}

fn card_at(number: usize) -> usize {
    HEAD_WORDS * WORD_BYTES + number * CARD_BYTES
}

fn bytes_of(settings: &Settings) -> Vec<u8> {
    assert!(settings.cards.len() <= CARDS_MAX, "the stand-in has {CARDS_MAX} cards at most");
    let mut bytes = vec![0; FILE_BYTES];
    let mut set = |begin: usize, place: usize, value: u64| {
        let at = begin + place * WORD_BYTES;
        bytes[at..at + WORD_BYTES].copy_from_slice(&value.to_le_bytes());
    };
    for (place, value) in [
        (head::MAGIC, MAGIC),
        (head::CARDS, settings.cards.len() as u64),
        (head::FAIL_AT_LAUNCH, settings.fail_at_launch),
        (head::REFUSE_ALLOCATION, settings.refuse_allocation),
        (head::CUDNN_WORKSPACE_BYTES, settings.cudnn_workspace_bytes),
        (head::DRIVER_VERSION, settings.driver_version),
        (head::NVML_HIDES_PROCESS, settings.nvml_hides_process.into()),
    ] {
        set(0, place, value);
    }
    for (number, card) in settings.cards.iter().enumerate() {
        for (place, value) in [
            (card::TOTAL_BYTES, card.total_bytes),
            (card::OTHERS_BYTES, card.others_bytes),
            (card::CONTEXT_BYTES, card.context_bytes),
            (card::DRIVER_BYTES, card.driver_bytes),
            (card::MAJOR, card.capability.0),
            (card::MINOR, card.capability.1),
            (card::PCI_BUS, card.pci_bus),
            (card::MIG_PARENT_BYTES, card.mig_parent_bytes),
        ] {
            set(card_at(number), place, value);
        }
    }
    for (number, card) in settings.cards.iter().enumerate() {
        let at = card_at(number) + CARD_WORDS * WORD_BYTES;
        let name = card.name.as_bytes();
        assert!(name.len() < NAME_BYTES, "{} is too long for a card's name", card.name);
        bytes[at..at + name.len()].copy_from_slice(name);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_state_has_empty_books_that_can_be_read_back() {
        let settings =
            Settings { cards: vec![Card::default(), Card::default()], ..Settings::default() };
        let state = StateFile::create(&settings).unwrap();
        state.set_others_bytes(1, 5);
        state.set_fail_at_launch(7);
        let books = state.books();
        assert_eq!((books.launches, books.allocations, books.cards.len()), (0, 0, 2));
        assert!(books.cards.iter().all(|card| card.held_bytes == 0 && card.refusals == 0));
        let bytes = std::fs::read(state.path()).unwrap();
        assert_eq!(bytes[16..24], 7_u64.to_le_bytes());
        let others = card_at(1) + 8;
        assert_eq!(bytes[others..others + 8], 5_u64.to_le_bytes());
    }
}
