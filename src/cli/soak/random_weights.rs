//! A model file of random weights: the whole architecture where the published file is too large to
//! carry. What it computes is noise; what it takes is not.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::{path_text::printable, u2net::config::Config};

/// Writes a safetensors file for this network into the folder.
///
/// # Errors
/// Where it cannot be written, such as on a full disk.
pub fn write(config: &Config, folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join(format!("random_{}.safetensors", config.name));
    match write_file(config, &path) {
        Ok(()) => Ok(path),
        Err(error) => {
            Err(format!("{}: random weights cannot be written ({error})", printable(&path)))
        }
    }
}

/// The format: the header's length in 8 bytes, a JSON header of names, shapes and byte ranges,
/// then the values. Written as it goes: the full network's values are 176 MB.
fn write_file(config: &Config, path: &Path) -> io::Result<()> {
    let convolutions = config.convolutions();
    let mut header = Map::new();
    let mut end_bytes = 0;
    for spec in &convolutions {
        for (name, shape) in
            [("weight", spec.weight_shape().to_vec()), ("bias", vec![spec.out_channels])]
        {
            let begin_bytes = end_bytes;
            end_bytes += 4 * shape.iter().product::<i64>();
            let offsets = [begin_bytes, end_bytes];
            let entry = json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets });
            header.insert(format!("{}.{name}", spec.name), entry);
        }
    }
    let mut header = Value::Object(header).to_string();
    // Values begin at a multiple of eight bytes, as the format asks.
    header.extend(std::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));

    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for spec in &convolutions {
        let inputs = spec.in_channels * spec.kernel * spec.kernel;
        // Keeps the size of values from one layer to the next (He et al., 2015).
        let largest = (6.0 / inputs as f32).sqrt();
        for _ in 0..inputs * spec.out_channels {
            file.write_all(&(noise.next() * largest).to_le_bytes())?;
        }
        for _ in 0..spec.out_channels {
            file.write_all(&0f32.to_le_bytes())?;
        }
    }
    file.flush()
}

/// Numbers in [-1, 1) without a pattern that matters here (xorshift), the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::u2net::{config::LITE, weights::Weights};

    #[test]
    fn the_file_is_read_as_the_network_that_it_was_written_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(&LITE, folder.path()).unwrap();
        let weights = Weights::parse(&std::fs::read(path).unwrap(), None).unwrap();
        assert_eq!(weights.config.name, "u2netp");
        let spread = weights.convolutions[1].weight.std(true).double_value(&[]);
        assert!((0.01..1.0).contains(&spread), "{spread}");
    }
}
