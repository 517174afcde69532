//! The relocatable archive: unpacked anywhere, it runs from there.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use flate2::{Compression, GzBuilder};
use tar::{EntryType, Header};

use super::{VERSION, tree};

/// Puts the program into the user's menus; only the archive needs it.
const MENU_SCRIPT: (&str, &str) =
    ("install-desktop-entry.sh", include_str!("../../dist/install-desktop-entry.sh"));

/// Packs the tree into a folder; every system can open what it gives.
pub fn pack(tree: &Path, made_at: SystemTime, folder: &Path) -> anyhow::Result<PathBuf> {
    let name = format!("cutout-{VERSION}-x86_64-linux");
    let path = folder.join(format!("{name}.tar.gz"));
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let compressor = GzBuilder::new().write(BufWriter::new(file), Compression::default());
    let compressor = write(tree, Path::new(&name), made_at, compressor)?;
    compressor.finish()?.flush()?;
    Ok(path)
}

fn write<W: Write>(tree: &Path, top: &Path, made_at: SystemTime, output: W) -> anyhow::Result<W> {
    let made_at_s = made_at.duration_since(UNIX_EPOCH)?.as_secs();
    let mut archive = tar::Builder::new(output);
    let mut add = |kind, path: &Path, mode, size_bytes, content: &mut dyn io::Read| {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(made_at_s);
        header.set_size(size_bytes);
        archive.append_data(&mut header, path, content)
    };
    let (name, text) = MENU_SCRIPT;
    add(EntryType::Directory, top, 0o755, 0, &mut io::empty())?;
    add(EntryType::Regular, &top.join(name), 0o755, text.len() as u64, &mut text.as_bytes())?;
    for entry in tree::walk(tree) {
        let entry = entry?;
        let path = top.join(entry.path().strip_prefix(tree)?);
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            add(EntryType::Directory, &path, 0o755, 0, &mut io::empty())?;
        } else {
            let mode = tree::mode(entry.path(), false);
            let mut content = File::open(entry.path())?;
            add(EntryType::Regular, &path, mode, metadata.len(), &mut content)?;
        }
    }
    Ok(archive.into_inner()?)
}

/// Unpacks what [`pack`] made.
pub fn unpack(archive: &Path, into: &Path) -> anyhow::Result<()> {
    let reader = flate2::read::GzDecoder::new(io::BufReader::new(File::open(archive)?));
    fs::create_dir_all(into)?;
    tar::Archive::new(reader).unpack(into)?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{os::unix::fs::PermissionsExt, time::Duration};

    use super::*;

    #[test]
    fn the_same_tree_gives_the_same_bytes_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let made_at = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let archives = ["first", "second"].map(|name| {
            let root = folder.path().join(name);
            let mut files = [("bin/cutout", "program"), ("share/doc/copyright", "words")];
            if name == "second" {
                files.reverse(); // folders list files in the order in which they came
            }
            for (path, text) in files {
                tree::write(&root.join(path), text).unwrap();
            }
            tree::settle(&root, made_at).unwrap();
            write(&root, Path::new("cutout-1"), made_at, Vec::new()).unwrap()
        });
        assert!(archives[0] == archives[1]);

        let path = pack(&folder.path().join("first"), made_at, folder.path()).unwrap();
        let into = folder.path().join("a moved folder");
        unpack(&path, &into).unwrap();
        let top = into.join(format!("cutout-{VERSION}-x86_64-linux"));
        let program = top.join("bin/cutout");
        assert_eq!(fs::read_to_string(&program).unwrap(), "program");
        assert_eq!(fs::metadata(&program).unwrap().permissions().mode() & 0o777, 0o755);
        assert!(top.join(MENU_SCRIPT.0).is_file());
    }
}
