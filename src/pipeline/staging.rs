//! Where outputs are made before they are published: temporaries that vanish on failure and on Ctrl-C.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use super::error::Error;

#[derive(Debug)]
struct Registry {
    temporary: Vec<PathBuf>,
    published: bool,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    temporary: Vec::new(),
    published: false,
});

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Removes everything that is half made. Called on Ctrl-C; waits while a publication is under way.
/// Gives whether something was published already, so that the run had better end as usual.
#[must_use]
pub fn abandon() -> bool {
    let mut registry = registry();
    for path in registry.temporary.drain(..) {
        let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
    }
    crate::extract::discard_scratch();
    registry.published
}

/// A private folder inside the output folder, in which all files of a run are made.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    dir: PathBuf,
    made_target: bool,
}

impl Staging {
    /// Makes the output folder when it is missing, and a folder in it that only the owner can open.
    ///
    /// # Errors
    /// When the output folder cannot be made or written.
    pub fn new(target: &Path) -> Result<Self, Error> {
        let made_target = !target.exists();
        private_folder(target).map_err(Error::output(target))?;
        let dir = tempfile::Builder::new()
            .prefix(".selfsame-")
            .tempdir_in(target)
            .map_err(|e| Error::output(target)(untold(e)))?
            .keep();
        registry().temporary.push(dir.clone());
        Ok(Self {
            target: target.to_owned(),
            dir,
            made_target,
        })
    }

    /// The folder to make files in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Moves these files to the output folder, in this order; each replaces its older namesake in one step.
    ///
    /// # Errors
    /// When a file cannot be moved; those before it stay moved.
    pub fn publish(self, names: &[&str]) -> Result<(), Error> {
        let mut registry = registry();
        for name in names {
            let target = self.target.join(name);
            // a folder in the way is found before anything is moved
            if target.is_dir() {
                let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
                return Err(Error::Output {
                    path: target,
                    source,
                });
            }
            // a journal of the old database would be replayed into the new one
            for journal in ["-wal", "-journal"] {
                let journal = self.target.join(format!("{name}{journal}"));
                if fs::metadata(&journal).is_ok_and(|m| m.len() > 0) {
                    let held = format!(
                        "it is in use, `{}` holds changes that are not in it yet (close the program that has it open)",
                        journal.display()
                    );
                    return Err(Error::output(target)(std::io::Error::other(held)));
                }
            }
        }
        for name in names {
            let target = self.target.join(name);
            fs::rename(self.dir.join(name), &target).map_err(Error::output(target))?;
        }
        sync_folder(&self.target);
        registry.published = true;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
        if let Ok(mut registry) = REGISTRY.try_lock() {
            registry.temporary.retain(|p| *p != self.dir);
            if self.made_target && !registry.published {
                // only when nothing else is in it
                let _ = fs::remove_dir(&self.target);
            }
        }
    }
}

/// What the system said, without the name of the temporary, which says nothing to the user.
fn untold(error: std::io::Error) -> std::io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((said, _)) => std::io::Error::new(error.kind(), said.to_owned()),
        None => error,
    }
}

/// Makes a folder, with its parents, that only the owner can open; an existing one stays as it is.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Makes the renames durable, where folders can be synced.
fn sync_folder(path: &Path) {
    if let Ok(folder) = fs::File::open(path) {
        let _ = folder.sync_all();
    }
}

/// Asserts that outputs would overwrite neither an input nor one another.
///
/// # Errors
/// When they would; nothing was written then.
pub fn apart<'a>(
    inputs: impl IntoIterator<Item = &'a Path>,
    outputs: &[PathBuf],
) -> Result<(), Error> {
    // a file that is still to be made is known by its folder
    let place = |path: &Path| {
        fs::canonicalize(path).unwrap_or_else(|_| {
            let folder = match path.parent() {
                Some(p) if !p.as_os_str().is_empty() => p,
                _ => Path::new("."),
            };
            match (fs::canonicalize(folder), path.file_name()) {
                (Ok(folder), Some(name)) => folder.join(name),
                _ => path.to_owned(),
            }
        })
    };
    let files: Vec<&PathBuf> = outputs
        .iter()
        .filter(|p| !fs::metadata(p).is_ok_and(|m| !m.is_file()))
        .collect();
    let places: Vec<PathBuf> = files.iter().map(|p| place(p)).collect();
    for (at, path) in files.iter().enumerate() {
        if places[..at].contains(&places[at]) {
            return Err(Error::Usage(format!(
                "`{}` is named as output twice\n  hint: give each output a file of its own",
                path.display()
            )));
        }
    }
    for input in inputs {
        let input = place(input);
        if let Some(at) = places.iter().position(|p| *p == input) {
            return Err(Error::Usage(format!(
                "`{}` is an input, and would be overwritten\n  hint: write elsewhere",
                files[at].display()
            )));
        }
    }
    Ok(())
}

/// Writes a file as a whole: into a private temporary beside it, synced, renamed over it. A symbolic link is followed;
/// a device or pipe (`/dev/stdout`) is written to as it is.
///
/// # Errors
/// When it cannot be written; what was there before is untouched.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<(), Error> {
    use std::io::Write as _;
    let followed = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        let device = fs::File::options().write(true).open(path);
        let mut out = std::io::BufWriter::new(device.map_err(Error::output(path))?);
        let done = write(&mut out).and_then(|()| out.flush());
        return done.map_err(Error::output(path));
    }
    let path = followed.as_path();
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    if path.is_dir() {
        let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
        return Err(Error::output(path)(source));
    }
    let file = tempfile::Builder::new()
        .prefix(".selfsame-")
        .tempfile_in(folder)
        .map_err(|e| Error::output(path)(untold(e)))?;
    registry().temporary.push(file.path().to_owned());
    let mut out = std::io::BufWriter::with_capacity(1 << 18, file);
    let done = write(&mut out).and_then(|()| out.flush());
    done.map_err(Error::output(path))?;
    let file = out
        .into_inner()
        .map_err(|e| Error::output(path)(e.into_error()))?;
    file.as_file().sync_all().map_err(Error::output(path))?;
    let mut registry = registry();
    registry.temporary.retain(|p| p != file.path());
    file.persist(path)
        .map_err(|e| Error::output(path)(e.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishes_all_files_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out");
        let staging = Staging::new(&target).unwrap();
        fs::write(staging.dir().join("a"), "new").unwrap();
        fs::write(target.join("a"), "old").unwrap();
        staging.publish(&["a"]).unwrap();
        assert_eq!(fs::read_to_string(target.join("a")).unwrap(), "new");
        assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
    }

    #[test]
    fn a_run_that_fails_leaves_the_old_files() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "old").unwrap();
        let staging = Staging::new(dir.path()).unwrap();
        fs::write(staging.dir().join("a"), "new").unwrap();
        drop(staging);
        assert_eq!(fs::read_to_string(dir.path().join("a")).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(write_whole(dir.path(), |_| Ok(())).is_err());
        let broken = write_whole(&dir.path().join("a"), |_| {
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        });
        assert!(broken.is_err());
        assert_eq!(fs::read_to_string(dir.path().join("a")).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn outputs_stand_apart_from_inputs_and_one_another() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("a.csv"), "x").unwrap();
        let check = |inputs: &[&str], outputs: &[&str]| {
            let inputs: Vec<PathBuf> = inputs.iter().map(|n| path(n)).collect();
            let outputs: Vec<PathBuf> = outputs.iter().map(|n| path(n)).collect();
            apart(inputs.iter().map(PathBuf::as_path), &outputs).map_err(|e| e.to_string())
        };
        assert_eq!(check(&["a.csv"], &["b.csv", "c.csv"]), Ok(()));
        assert_eq!(check(&["a.csv"], &[]), Ok(()));
        let error = check(&["a.csv"], &["b.csv", "sub/../a.csv"]).unwrap_err();
        assert!(error.contains("is an input"), "{error}");
        let error = check(&["a.csv"], &["b.csv", "sub/../b.csv"]).unwrap_err();
        assert!(error.contains("twice"), "{error}");
    }

    #[test]
    fn a_missing_folder_is_told_without_the_temporary() {
        let dir = tempfile::tempdir().unwrap();
        let error = write_whole(&dir.path().join("no/x.csv"), |_| Ok(())).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("No such file or directory (os error 2)\n"),
            "{text}"
        );
        assert!(!text.contains(".selfsame-"), "{text}");
    }

    #[cfg(unix)]
    #[test]
    fn outputs_are_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("clusters.csv");
        write_whole(&path, |w| w.write_all(b"x")).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
