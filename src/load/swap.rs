//! A file written beside its target and renamed over it: the old one or the new one, never something between.

use super::Error;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A private temporary file in the directory of its target. Dropped unpublished, it is removed.
#[derive(Debug)]
pub struct Staged {
    target: PathBuf,
    directory: PathBuf,
    file: TempPath,
}

impl Staged {
    /// An empty file (mode 0600) beside `target`; its directory is made (mode 0700) when there is none.
    /// A target that is a symbolic link is followed.
    ///
    /// # Errors
    /// When the target is a directory or has an unfinished journal, or the directory cannot be written to.
    pub fn beside(target: &Path) -> Result<Self, Error> {
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if target.is_dir() {
            return Err(Error::TargetIsDirectory { path: target });
        }
        refuse_journals(&target)?;
        let directory = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let at_directory = |source| Error::Directory {
            path: directory.clone(),
            source,
        };
        make_private_directory(&directory).map_err(at_directory)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let file = tempfile::Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".new")
            .tempfile_in(&directory)
            .map_err(at_directory)?
            .into_temp_path();
        Ok(Self {
            target,
            directory,
            file,
        })
    }

    /// Path of the temporary file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// Path of the target.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Syncs the file, renames it over the target and syncs the directory. Gives the file's size.
    ///
    /// # Errors
    /// What the system says; the target is then untouched, unless only the last sync of the directory failed.
    pub fn publish(self) -> Result<u64, Error> {
        refuse_journals(&self.target)?;
        let failed = |step| {
            let path = self.target.clone();
            move |source| Error::Write { path, step, source }
        };
        let file = File::options()
            .read(true)
            .write(true)
            .open(&self.file)
            .map_err(failed("open the new database"))?;
        file.sync_all().map_err(failed("sync the new database"))?;
        let bytes = file
            .metadata()
            .map_err(failed("size of the new database"))?
            .len();
        drop(file);
        let (in_place, in_directory) = (failed("rename into place"), failed("sync the directory"));
        self.file
            .persist(&self.target)
            .map_err(|e| in_place(e.error))?;
        sync_directory(&self.directory).map_err(in_directory)?;
        Ok(bytes)
    }
}

/// A journal left beside the target belongs to the old database: over a new one it would be replayed and destroy it.
fn refuse_journals(target: &Path) -> Result<(), Error> {
    for suffix in ["-wal", "-journal"] {
        let mut name = target.as_os_str().to_owned();
        name.push(suffix);
        let sidecar = PathBuf::from(name);
        if fs::metadata(&sidecar).is_ok_and(|m| m.len() > 0) {
            return Err(Error::InUse {
                path: target.to_owned(),
                sidecar,
            });
        }
    }
    Ok(())
}

#[cfg(unix)]
fn make_private_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

#[cfg(not(unix))]
fn make_private_directory(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpublished_files_vanish_and_published_ones_replace() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("made/customers.db");
        let staged = Staged::beside(&target).unwrap();
        fs::write(staged.path(), b"new").unwrap();
        drop(staged);
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 0);
        fs::write(&target, b"old").unwrap();
        let staged = Staged::beside(&target).unwrap();
        fs::write(staged.path(), b"new one").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert_eq!(staged.publish().unwrap(), 7);
        assert_eq!(fs::read(&target).unwrap(), b"new one");
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_journal_of_the_old_database_is_never_replayed_over_the_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("customers.db");
        fs::write(&target, b"old").unwrap();
        fs::write(dir.path().join("customers.db-wal"), b"pending").unwrap();
        let error = Staged::beside(&target).unwrap_err();
        assert!(matches!(error, Error::InUse { .. }), "{error}");
        assert!(error.to_string().contains("hint: close the program"));
    }

    #[cfg(unix)]
    #[test]
    fn files_and_directories_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("a/b/customers.db");
        Staged::beside(&target).unwrap().publish().unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&target), 0o600);
        assert_eq!(mode(&dir.path().join("a")), 0o700);
        assert_eq!(mode(&dir.path().join("a/b")), 0o700);
    }

    #[cfg(unix)]
    #[test]
    fn files_and_directories_are_private_whatever_the_umask() {
        let test = "load::swap::tests::files_and_directories_are_private";
        let run = std::process::Command::new("sh")
            .args(["-c", "umask 000; exec \"$0\" --exact \"$1\""])
            .arg(std::env::current_exe().unwrap())
            .arg(test)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && said.contains("1 passed"), "{said}");
    }
}
