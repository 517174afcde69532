//! Where models are looked for on this machine.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use super::{Entry, ModelError, entries, entry};

/// How far above the executable a `models/` is looked for: `target/release/deps` is three levels
/// below the project.
const LEVELS_ABOVE_EXECUTABLE: usize = 4;

/// A model's file.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its id, or the path that was asked for.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// What is known of it; `None` for a path of the user's own.
    pub entry: Option<&'static Entry>,
}

/// What became of a model on this machine.
#[derive(Debug)]
pub enum State {
    /// It is there, and its checksum is right.
    Verified {
        /// Its file.
        path: PathBuf,
    },
    /// A file of its name is there, but it is another or damaged.
    Wrong {
        /// The file.
        path: PathBuf,
        /// The SHA-256 that it has, in hexadecimal.
        found_sha256: String,
    },
    /// A file of its name is there, but it cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// No file of its name is in any folder.
    Absent,
}

/// The folders that models are looked for in, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    search: Vec<PathBuf>,
    fetch: PathBuf,
}

impl Folders {
    /// `CUTOUT_MODELS`; `models/` of the project under `cargo run`, and beside and above the
    /// executable; where a package puts them, as seen from its executable; `models` in the user's
    /// data folder.
    pub fn from_environment() -> Self {
        let user = directories::ProjectDirs::from("", "", "cutout")
            .map(|folders| folders.data_dir().join("models"));
        let chosen = env::var_os("CUTOUT_MODELS").filter(|value| !value.is_empty());
        let project = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        Self::new(chosen.map(PathBuf::from), project, env::current_exe().ok(), user)
    }

    /// The same from given places, each of which may be unknown.
    pub fn new(
        chosen: Option<PathBuf>,
        project: Option<PathBuf>,
        executable: Option<PathBuf>,
        user: Option<PathBuf>,
    ) -> Self {
        let above = executable.iter().flat_map(|path| {
            path.ancestors().skip(1).take(LEVELS_ABOVE_EXECUTABLE).map(Path::to_owned)
        });
        let beside = project.into_iter().chain(above).map(|folder| folder.join("models"));
        let prefix = executable.as_deref().and_then(|path| path.parent()?.parent());
        let packed = prefix.map(|prefix| prefix.join("share/cutout/models"));
        let mut search: Vec<PathBuf> = Vec::new();
        for folder in chosen.clone().into_iter().chain(beside).chain(packed).chain(user.clone()) {
            if !search.contains(&folder) {
                search.push(folder);
            }
        }
        let fetch = chosen.or(user).unwrap_or_else(|| PathBuf::from("models"));
        Self { search, fetch }
    }

    /// Where fetched models go: `CUTOUT_MODELS`, or the user's data folder.
    pub fn fetch_folder(&self) -> &Path {
        &self.fetch
    }

    /// Finds a model: `spec` is the path of a file, or an id.
    ///
    /// # Errors
    /// [`ModelError::NotHere`] and [`ModelError::Unknown`].
    pub fn locate(&self, spec: &str) -> Result<Located, ModelError> {
        let path = Path::new(spec);
        if path.is_file() {
            return Ok(Located { name: spec.to_owned(), path: path.to_owned(), entry: None });
        }
        let Some(entry) = entry(spec) else {
            let known = entries().iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>();
            return Err(ModelError::Unknown { spec: spec.to_owned(), known: known.join(", ") });
        };
        match self.find(entry) {
            Some(path) => Ok(Located { name: spec.to_owned(), path, entry: Some(entry) }),
            None => Err(ModelError::NotHere { id: entry.id.clone(), looked: self.search.clone() }),
        }
    }

    /// Looks for a model and verifies its checksum, which takes a moment for large files.
    pub fn state(&self, entry: &Entry) -> State {
        let Some(path) = self.find(entry) else { return State::Absent };
        match cutout_fetch::sha256_of_file(&path) {
            Ok(found) if found == entry.artifact.sha256 => State::Verified { path },
            Ok(found_sha256) => State::Wrong { path, found_sha256 },
            Err(error) => State::Unreadable { path, error },
        }
    }

    fn find(&self, entry: &Entry) -> Option<PathBuf> {
        let candidates = self.search.iter().map(|folder| folder.join(&entry.artifact.file));
        candidates.into_iter().find(|path| fs::metadata(path).is_ok_and(|file| file.is_file()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_order() {
        let path = |text: &str| Some(PathBuf::from(text));
        let folders = Folders::new(
            path("/chosen"),
            path("/p"),
            path("/p/target/release/cutout"),
            path("/user"),
        );
        let expected = [
            "/chosen",
            "/p/models",
            "/p/target/release/models",
            "/p/target/models",
            "/models",
            "/p/target/share/cutout/models",
            "/user",
        ];
        assert_eq!(folders.search, expected.map(PathBuf::from));
        assert_eq!(folders.fetch_folder(), Path::new("/chosen"));
        let folders = Folders::new(None, None, None, path("/user"));
        assert_eq!(folders.fetch_folder(), Path::new("/user"));
    }

    #[test]
    fn a_file_then_an_id_by_folder_order() {
        let root = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| root.path().join(name));
        let folders = Folders::new(Some(first.clone()), None, None, Some(second.clone()));

        let error = folders.locate("u2netp").unwrap_err().to_string();
        for part in ["u2netp", first.to_str().unwrap(), second.to_str().unwrap()] {
            assert!(error.contains(part), "{error}");
        }
        assert!(error.contains("cutout models fetch u2netp"), "{error}");
        let error = folders.locate("u3net").unwrap_err().to_string();
        assert!(error.contains("u3net") && error.contains("u2net, u2netp"), "{error}");

        for folder in [&second, &first] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("u2netp.onnx"), "x").unwrap();
            let located = folders.locate("u2netp").unwrap();
            assert_eq!(located.path, folder.join("u2netp.onnx"));
            assert_eq!(located.entry.unwrap().id, "u2netp");
        }
        let own = first.join("u2netp.onnx");
        let located = folders.locate(own.to_str().unwrap()).unwrap();
        assert_eq!((located.path, located.entry.is_none()), (own, true));
    }

    #[test]
    fn states() {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders::new(Some(folder.path().to_owned()), None, None, None);
        let mut entry = entry("u2netp").unwrap().clone();
        assert!(matches!(folders.state(&entry), State::Absent));
        fs::write(folder.path().join(&entry.artifact.file), "abc").unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(
            matches!(folders.state(&entry), State::Wrong { found_sha256, .. } if found_sha256 == abc)
        );
        entry.artifact.sha256 = abc.to_owned();
        assert!(matches!(folders.state(&entry), State::Verified { .. }));
    }
}
