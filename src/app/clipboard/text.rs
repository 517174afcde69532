//! Text that names files.

use std::path::{Path, PathBuf};

use url::Url;

/// What file managers put before the files: whose text it is, and whether they were copied or cut.
const HEADINGS: [&str; 3] = ["x-special/nautilus-clipboard", "copy", "cut"];

/// No list of files has more lines; longer text is not looked at.
const MOST_LINES: usize = 10_000;

/// The files and folders that a text names, each line one of them by its full path or as a
/// `file://` URI. None unless all lines do, and all of them exist.
pub fn files(text: &str) -> Vec<PathBuf> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines().nth(MOST_LINES).is_some() {
        return Vec::new();
    }
    let named = lines().filter(|line| !HEADINGS.contains(line));
    named.map(file).collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn file(line: &str) -> Option<PathBuf> {
    let path = match Url::parse(line) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok()?,
        _ => Path::new(line).to_owned(),
    };
    (path.is_absolute() && path.exists()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_that_names_nothing_but_files_gives_files() {
        let folder = tempfile::tempdir().unwrap();
        let photo = folder.path().join("a photo, 100 % ü.png");
        std::fs::write(&photo, "").unwrap();
        let plain = photo.display().to_string();
        let uri = Url::from_file_path(&photo).unwrap().to_string();
        let below = folder.path().display().to_string();
        assert!(uri.contains("%20"), "{uri}");
        for (text, expected) in [
            (plain.clone(), vec![&*photo]),
            (format!("  {plain}\r\n"), vec![&*photo]),
            (uri.clone(), vec![&*photo]),
            (format!("{below}\n{uri}"), vec![folder.path(), &*photo]),
            (format!("x-special/nautilus-clipboard\ncopy\n{uri}\n"), vec![&*photo]),
            (format!("see\n{plain}"), vec![]),
            (format!("{plain}.missing"), vec![]),
            ("a photo, 100 % ü.png".to_owned(), vec![]),
            ("https://example.org/a.png".to_owned(), vec![]),
            ("copy".to_owned(), vec![]),
            (String::new(), vec![]),
            (format!("{plain}\n").repeat(MOST_LINES + 1), vec![]),
        ] {
            assert_eq!(files(&text), expected, "{:.120}", text);
        }
    }
}
