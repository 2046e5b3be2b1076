//! Private temporary files that have a name: they vanish when they are dropped, and on Ctrl-C.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use tempfile::NamedTempFile;

static NAMES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn names() -> MutexGuard<'static, Vec<PathBuf>> {
    NAMES
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A temporary file that only its owner can open.
#[derive(Debug)]
pub(super) struct Scratch(NamedTempFile);

impl Scratch {
    /// An empty one in the system's folder for temporary files.
    pub(super) fn new() -> io::Result<Self> {
        let file = tempfile::Builder::new().prefix(".selfsame-").tempfile()?;
        names().push(file.path().to_owned());
        Ok(Self(file))
    }

    /// The file, to be written.
    pub(super) fn file(&mut self) -> &mut File {
        self.0.as_file_mut()
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        names().retain(|name| name != self.0.path());
    }
}

/// Removes all temporary files of inputs that are open. For the end of the process, on Ctrl-C.
pub fn discard_scratch() {
    for name in names().drain(..) {
        // One that cannot be removed is left to the system: there is no one to tell any more.
        let _gone = fs::remove_file(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_private_and_vanishes() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.path().to_owned();
        assert!(names().contains(&path));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        drop(scratch);
        assert!(!path.exists() && !names().contains(&path));
    }
}
