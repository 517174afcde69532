//! What a second start and the window say to each other: a line of JSON each.

use std::{
    io::{self, BufRead as _, BufReader, Read, Write},
    path::PathBuf,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::path_text;

/// What a second start asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Photos and folders, as absolute paths.
    #[serde(with = "path_text::list")]
    pub paths: Vec<PathBuf>,
    /// How it wants the engine to work; `None` where it was not told.
    #[serde(default)]
    pub engine: Option<String>,
}

/// What the window answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The photos are in its list.
    Taken,
    /// Its engine works in another way.
    OtherEngine,
}

/// Says something.
pub fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_string(message)?;
    line.push('\n');
    to.write_all(line.as_bytes())?;
    to.flush()
}

/// Hears something that is no longer than this.
pub fn read<T: DeserializeOwned>(from: &mut impl Read, max_bytes: u64) -> io::Result<T> {
    let mut line = String::new();
    BufReader::new(from.take(max_bytes)).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}
