//! Where outputs are made before they are published: temporaries that vanish on failure and on Ctrl-C.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tempfile::NamedTempFile;

use super::error::Error;

/// Beginning of the names of temporaries.
const PREFIX: &str = ".selfsame-";
/// A file in a private folder that is locked as long as the run lives.
const LOCK: &str = "lock";
/// Age from which on a private folder without a lock is told of: its run has died, or the disk knows no locks.
const OLD: Duration = Duration::from_secs(3_600);

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
    /// Held as long as the folder is in use.
    lock: Option<fs::File>,
    strays: Vec<PathBuf>,
}

impl Staging {
    /// Makes the output folder when it is missing, and a folder in it that only the owner can open. Folders that runs before
    /// left there because they were killed are removed.
    ///
    /// # Errors
    /// When the output folder cannot be made or written.
    pub fn new(target: &Path) -> Result<Self, Error> {
        let made_target = !target.exists();
        private_folder(target).map_err(Error::output(target))?;
        let strays = if made_target {
            Vec::new()
        } else {
            remove_strays(target)
        };
        let mut private = tempfile::Builder::new();
        private.prefix(PREFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            private.permissions(fs::Permissions::from_mode(0o700));
        }
        let made = private.tempdir_in(target);
        let dir = made.map_err(|e| Error::output(target)(untold(e)))?.keep();
        registry().temporary.push(dir.clone());
        let mut staging = Self {
            target: target.to_owned(),
            dir,
            made_target,
            lock: None,
            strays,
        };
        staging.lock = locked(&staging.dir).map_err(Error::output(target))?;
        Ok(staging)
    }

    /// Private folders that may be left from runs that were killed, and of which this cannot be told for sure.
    #[must_use]
    pub fn strays(&self) -> &[PathBuf] {
        &self.strays
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
        // some systems remove no file that is open
        self.lock = None;
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

/// The lock of a private folder, taken; `None` where the disk knows no locks. It has its name only once it is held, so that
/// nobody finds it free before its owner is gone.
fn locked(dir: &Path) -> std::io::Result<Option<fs::File>> {
    let early = dir.join("lock.new");
    let file = fs::File::create(&early)?;
    if file.try_lock().is_err() {
        return Ok(None);
    }
    fs::rename(&early, dir.join(LOCK))?;
    Ok(Some(file))
}

/// Removes private folders whose runs are gone; gives old ones of which that is not sure.
fn remove_strays(target: &Path) -> Vec<PathBuf> {
    let mut unsure = Vec::new();
    for entry in fs::read_dir(target).into_iter().flatten().flatten() {
        let path = entry.path();
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        // a link is not followed
        if !named || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        match fs::File::open(path.join(LOCK)) {
            Ok(lock) if lock.try_lock().is_ok() => {
                let _ = fs::remove_dir_all(&path);
            }
            Ok(_) => {}
            Err(_) if is_old(&path) => unsure.push(path),
            Err(_) => {}
        }
    }
    unsure.sort();
    unsure
}

fn is_old(path: &Path) -> bool {
    let changed = fs::metadata(path).and_then(|m| m.modified());
    changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > OLD))
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
    put_in_place(write_beside(path, write)?)
}

/// A file that is written and waits beside its place.
#[derive(Debug)]
pub struct Made {
    file: NamedTempFile,
    path: PathBuf,
}

/// Puts files into their places, all while nobody can stop it.
///
/// # Errors
/// When one cannot be moved; those before it stay moved.
pub fn put_in_place(made: impl IntoIterator<Item = Made>) -> Result<(), Error> {
    let mut registry = registry();
    for Made { file, path } in made {
        registry.temporary.retain(|p| p != file.path());
        file.persist(&path)
            .map_err(|e| Error::output(path)(e.error))?;
    }
    Ok(())
}

/// Writes a file that is to take its place later, see [`write_whole`]; nothing waits where a device or pipe was written to.
///
/// # Errors
/// When it cannot be written.
pub fn write_beside(
    path: &Path,
    write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<Option<Made>, Error> {
    use std::io::Write as _;
    let followed = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        let device = fs::File::options().write(true).open(path);
        let mut out = std::io::BufWriter::new(device.map_err(Error::output(path))?);
        let done = write(&mut out).and_then(|()| out.flush());
        return done.map(|()| None).map_err(Error::output(path));
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
        .prefix(PREFIX)
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
    Ok(Some(Made {
        file,
        path: followed,
    }))
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
    fn what_waits_changes_nothing_until_all_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("a"), "old").unwrap();
        let make = |name| write_beside(&path(name), |w| w.write_all(b"new")).unwrap();
        let (a, b) = (make("a"), make("b"));
        assert_eq!(fs::read_to_string(path("a")).unwrap(), "old");
        assert!(!path("b").exists());
        drop(make("a"));
        put_in_place(a.into_iter().chain(b)).unwrap();
        assert_eq!(fs::read_to_string(path("a")).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn folders_of_dead_runs_are_removed_and_those_of_living_ones_stay() {
        let dir = tempfile::tempdir().unwrap();
        let alive = Staging::new(dir.path()).unwrap();
        let dead = dir.path().join(".selfsame-dead");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join(LOCK), "").unwrap();
        fs::write(dead.join("customers.db"), "people").unwrap();
        // perhaps one that is just beginning
        let young = dir.path().join(".selfsame-young");
        fs::create_dir(&young).unwrap();
        let old = dir.path().join(".selfsame-old");
        fs::create_dir(&old).unwrap();
        let hours_ago = fs::metadata(&old).unwrap().modified().unwrap() - 2 * OLD;
        let changed = fs::File::open(&old).unwrap().set_modified(hours_ago);
        fs::create_dir(dir.path().join("other")).unwrap();
        let next = Staging::new(dir.path()).unwrap();
        assert!(alive.dir().exists() && next.dir().exists() && young.exists());
        assert!(!dead.exists() && dir.path().join("other").exists());
        if changed.is_ok() {
            assert_eq!(next.strays(), [old]);
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(next.dir()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
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
