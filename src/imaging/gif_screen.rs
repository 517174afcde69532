//! The screen of a GIF: where it has no size, that of the first frame.
//!
//! Layout: GIF89a, sections 18 to 20.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::replaced::Replaced;

/// Where the screen's width and height stand, behind the signature.
const SCREEN_AT: usize = 6;
const HEADER_BYTES: usize = 13;

/// The file with a screen that has a size, as other programs show it.
///
/// # Errors
/// Where the file cannot be read from its beginning.
pub fn with_size<R: Read + Seek>(mut file: R) -> io::Result<BufReader<Replaced<R>>> {
    let change = first_frame(&mut file).map(|screen| (SCREEN_AT as u64, screen.to_vec()));
    Ok(BufReader::new(Replaced::new(file, change.into_iter().collect())?))
}

/// The screen that ends where the first frame ends; `None` where the file's own has a size, or
/// there is no frame.
fn first_frame(file: &mut (impl Read + Seek)) -> Option<[u8; 4]> {
    file.rewind().ok()?;
    let mut header = [0; HEADER_BYTES];
    file.read_exact(&mut header).ok()?;
    let side = |bytes: &[u8], at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let (width_px, height_px) = (side(&header, SCREEN_AT), side(&header, SCREEN_AT + 2));
    if width_px != 0 && height_px != 0 {
        return None;
    }
    if header[10] & 0x80 != 0 {
        let palette_bytes = 3 << ((header[10] & 0x07) + 1);
        file.seek(SeekFrom::Current(palette_bytes)).ok()?;
    }
    loop {
        match byte(file)? {
            0x21 => {
                byte(file)?;
                skip_blocks(file)?;
            }
            0x2c => {
                let mut frame = [0; 8];
                file.read_exact(&mut frame).ok()?;
                let end = |at: usize| side(&frame, at).checked_add(side(&frame, at + 4));
                let own = |own: u16, end: u16| if own == 0 { end } else { own };
                let (width_px, height_px) = (own(width_px, end(0)?), own(height_px, end(2)?));
                let ([a, b], [c, d]) = (width_px.to_le_bytes(), height_px.to_le_bytes());
                return Some([a, b, c, d]);
            }
            _ => return None,
        }
    }
}

fn byte(file: &mut impl Read) -> Option<u8> {
    let mut byte = [0];
    file.read_exact(&mut byte).ok()?;
    Some(byte[0])
}

fn skip_blocks(file: &mut (impl Read + Seek)) -> Option<()> {
    loop {
        match byte(file)? {
            0 => return Some(()),
            block_bytes => file.seek(SeekFrom::Current(block_bytes.into())).ok()?,
        };
    }
}
