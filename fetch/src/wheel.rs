//! Python wheels as pinned archives.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::{
    Progress,
    checksum::verify,
    error::{At, FetchError},
    pip::python_with_pip,
};

/// A wheel pinned by version and checksum. It is for CPython 3.11 on x86_64 Linux or for any
/// platform; which Python and machine download it makes no difference.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Wheel {
    /// The package's name.
    pub package: String,
    /// Its exact version.
    pub version: String,
    /// SHA-256 of the wheel in hexadecimal.
    pub sha256: String,
}

/// Downloads the wheel into `folder` and gives its path. One that is there already is taken as it
/// is if its checksum is right.
///
/// # Errors
/// [`FetchError::NoPip`], [`FetchError::Pip`], [`FetchError::Mismatch`], [`FetchError::Cancelled`],
/// or [`FetchError::Io`] when `folder` cannot be written.
pub fn download_wheel(
    wheel: &Wheel,
    folder: &Path,
    progress: &dyn Fn(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<PathBuf, FetchError> {
    download_with(&[], wheel, folder, progress, cancelled)
}

fn download_with(
    pip_options: &[OsString],
    wheel: &Wheel,
    folder: &Path,
    progress: &dyn Fn(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<PathBuf, FetchError> {
    let target = folder.join(format!("{}-{}.whl", wheel.package, wheel.version));
    if verify(&target, None, &wheel.sha256).is_ok() {
        return Ok(target);
    }
    fs::create_dir_all(folder).at(folder)?;
    let scratch =
        tempfile::Builder::new().prefix("pip-").suffix(".part").tempdir_in(folder).at(folder)?;
    let requirement = scratch.path().join("requirement.txt");
    let pinned = format!("{}=={} --hash=sha256:{}\n", wheel.package, wheel.version, wheel.sha256);
    fs::write(&requirement, pinned).at(&requirement)?;
    let downloaded = scratch.path().join("downloaded");
    let growing = scratch.path().join("growing");
    fs::create_dir(&growing).at(&growing)?;

    let mut arguments: Vec<OsString> = [
        "--no-deps",
        "--only-binary=:all:",
        "--ignore-requires-python",
        "--require-hashes",
        "--implementation=cp",
        "--python-version=3.11",
    ]
    .map(Into::into)
    .to_vec();
    arguments.extend(platforms().map(|platform| format!("--platform={platform}").into()));
    arguments.extend_from_slice(pip_options);
    arguments.extend(["--dest".into(), downloaded.clone().into()]);
    arguments.extend(["--requirement".into(), requirement.into()]);
    let name = format!("{} {}", wheel.package, wheel.version);
    python_with_pip()?.download(&name, &arguments, &growing, progress, cancelled)?;

    let mut files = fs::read_dir(&downloaded).at(&downloaded)?;
    let file = files.next().ok_or_else(|| FetchError::Pip {
        package: name,
        words: "pip reported success but saved no file".to_owned(),
    })?;
    let file = file.at(&downloaded)?.path();
    verify(&file, None, &wheel.sha256)?;
    fs::rename(&file, &target).at(&target)?;
    Ok(target)
}

/// Every tag under which a wheel for this platform may have been published. pip takes a list
/// literally: a newer tag does not imply the older ones.
fn platforms() -> impl Iterator<Item = String> {
    let by_glibc = (5..=28).rev().map(|minor| format!("manylinux_2_{minor}_x86_64"));
    by_glibc.chain(["2014", "2010", "1"].map(|year| format!("manylinux{year}_x86_64")))
}

/// Copies one member of the wheel to `target`, replacing it.
///
/// # Errors
/// [`FetchError::BadWheel`] when the wheel cannot be read or has no such member.
pub fn extract_member(wheel: &Path, member: &str, target: &Path) -> Result<(), FetchError> {
    let bad = |words: String| FetchError::BadWheel { wheel: wheel.to_owned(), words };
    let mut archive = zip::ZipArchive::new(File::open(wheel).at(wheel)?)
        .map_err(|error| bad(error.to_string()))?;
    let mut input = archive
        .by_name(member)
        .map_err(|error| bad(format!("cannot take out {member}: {error}")))?;
    let mut output = File::create(target).at(target)?;
    io::copy(&mut input, &mut output)
        .map_err(|error| bad(format!("cannot take out {member}: {error}")))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::sha256_of_file;

    /// A folder with one tiny wheel that pip takes for a package of a registry.
    fn local_registry() -> (tempfile::TempDir, Wheel, Vec<OsString>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cutout_probe-1.0-py3-none-any.whl");
        let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
        for (name, text) in [
            ("cutout_probe/weights.bin", "forty-two"),
            (
                "cutout_probe-1.0.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: cutout-probe\nVersion: 1.0\n",
            ),
            (
                "cutout_probe-1.0.dist-info/WHEEL",
                "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            ),
            ("cutout_probe-1.0.dist-info/RECORD", ""),
        ] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
        let wheel = Wheel {
            package: "cutout-probe".to_owned(),
            version: "1.0".to_owned(),
            sha256: sha256_of_file(&path).unwrap(),
        };
        let options =
            vec!["--no-index".into(), "--find-links".into(), folder.path().as_os_str().to_owned()];
        (folder, wheel, options)
    }

    #[test]
    fn a_wheel_is_downloaded_verified_opened_and_not_downloaded_twice() {
        let (registry, wheel, options) = local_registry();
        let folder = tempfile::tempdir().unwrap();
        let path = download_with(&options, &wheel, folder.path(), &|_| {}, &|| false).unwrap();
        assert_eq!(sha256_of_file(&path).unwrap(), wheel.sha256);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "scratch was left behind");

        let target = folder.path().join("weights.bin");
        extract_member(&path, "cutout_probe/weights.bin", &target).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "forty-two");
        let error = extract_member(&path, "cutout_probe/other.bin", &target).unwrap_err();
        assert!(error.to_string().contains("cutout_probe/other.bin"), "{error}");

        drop(registry);
        download_with(&options, &wheel, folder.path(), &|_| {}, &|| false).unwrap();
    }

    #[test]
    fn a_wheel_of_another_checksum_or_version_is_refused() {
        let (_registry, wheel, options) = local_registry();
        for wrong in [
            Wheel { sha256: "0".repeat(64), ..wheel.clone() },
            Wheel { version: "1.1".to_owned(), ..wheel.clone() },
        ] {
            let folder = tempfile::tempdir().unwrap();
            let result = download_with(&options, &wrong, folder.path(), &|_| {}, &|| false);
            let message = result.unwrap_err().to_string();
            assert!(message.contains("cutout-probe"), "{message}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn a_cancelled_wheel_leaves_nothing() {
        let (_registry, wheel, options) = local_registry();
        let folder = tempfile::tempdir().unwrap();
        let result = download_with(&options, &wheel, folder.path(), &|_| {}, &|| true);
        assert!(matches!(result, Err(FetchError::Cancelled)), "{result:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
