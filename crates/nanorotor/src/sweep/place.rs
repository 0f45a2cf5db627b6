//! Refuse, with the cause, places where no store can be: paths that are too long and file systems without locks.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use crate::error::{Error, Result};

/// The longest path that SQLite takes, in bytes, and what it adds for its journal.
const LONGEST: usize = 512 - "-journal".len() - 1;

/// Whether a store can be at `path` in `folder`; makes the file, with the permissions that the user's umask leaves, so that
/// others of a group can go on with it.
pub(super) fn suits(folder: &Path, path: &Path) -> Result<()> {
    let length = std::path::absolute(path).map_or(0, |path| path.as_os_str().len());
    if length > LONGEST {
        return Err(Error::File {
            what: format!("the path of the store has {length} bytes, and SQLite takes {LONGEST}"),
            hint: "give a folder with a shorter path with --out".into(),
        });
    }
    // SQLite itself would make a file that only its owner may write, and says what is wrong if there can be none.
    let _ = OpenOptions::new().create(true).append(true).open(path);
    if let Err(reason) = lock_in(folder)
        && has_no_locks(&reason)
    {
        return Err(Error::File {
            what: format!("the file system of {} has no locks: {reason}", folder.display()),
            hint:
                "a store needs them: give a folder on another file system, such as a local disk, with --out"
                    .into(),
        });
    }
    Ok(())
}

/// Refuse a link to a folder that is not there: making it says only that it exists.
pub(super) fn leads_somewhere(folder: &Path) -> Result<()> {
    if folder.is_symlink() && !folder.exists() {
        let target = fs::read_link(folder).map_or_else(|_| "nowhere".into(), |to| to.display().to_string());
        return Err(Error::File {
            what: format!("{} is a link to {target}, which does not exist", folder.display()),
            hint: "make that folder, or give another one with --out".into(),
        });
    }
    Ok(())
}

/// Whether a lock failed because there are none, not because somebody holds one.
fn has_no_locks(reason: &io::Error) -> bool {
    // ENOLCK and ENOSYS of Linux; of macOS and the BSDs 77 and 78.
    let codes: &[i32] = if cfg!(target_os = "linux") { &[37, 38] } else { &[77, 78] };
    reason.kind() == io::ErrorKind::Unsupported
        || cfg!(unix) && reason.raw_os_error().is_some_and(|code| codes.contains(&code))
}

/// Take a lock of the kind that SQLite takes, on a file of its own: to close the store's would drop the locks on it.
#[cfg(unix)]
fn lock_in(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".{}.lock", std::process::id()));
    let file = OpenOptions::new().create(true).append(true).open(&path)?;
    let lock = nix::libc::flock {
        l_type: nix::libc::F_WRLCK as _,
        l_whence: nix::libc::SEEK_SET as _,
        l_start: 0,
        l_len: 1,
        l_pid: 0,
    };
    let locked = nix::fcntl::fcntl(&file, nix::fcntl::FcntlArg::F_SETLK(&lock));
    drop(file);
    let _ = fs::remove_file(&path);
    locked.map(drop).map_err(io::Error::from)
}

#[cfg(not(unix))]
fn lock_in(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".{}.lock", std::process::id()));
    let file = OpenOptions::new().create(true).append(true).open(&path)?;
    let locked = file.try_lock();
    drop(file);
    let _ = fs::remove_file(&path);
    locked.map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::super::store::{STORE_FILE, Store};
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_to_nowhere_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("out");
        std::os::unix::fs::symlink(folder.path().join("gone"), &link).unwrap();
        let error = Store::open(&link).map(drop).unwrap_err();
        assert!(error.to_string().contains("is a link to") && error.hint().contains("--out"), "{error}");
        fs::create_dir(folder.path().join("gone")).unwrap();
        assert!(Store::open(&link).is_ok());
    }

    #[test]
    fn long_paths_are_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let long = (0..10).fold(folder.path().to_path_buf(), |path, _| path.join("a".repeat(60)));
        let error = Store::open(&long).unwrap_err();
        assert!(error.to_string().contains("SQLite takes 503"), "{error}");
        assert!(error.hint().contains("shorter path"), "{}", error.hint());
        // Up to that length it works.
        let mut path = folder.path().to_path_buf();
        while path.join("b".repeat(40)).join(STORE_FILE).as_os_str().len() <= LONGEST {
            path = path.join("b".repeat(40));
        }
        let rest = LONGEST - path.join("c").join(STORE_FILE).as_os_str().len();
        assert!(Store::open(&path.join("c".repeat(1 + rest))).is_ok());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_lock_that_is_held_is_not_a_file_system_without_locks() {
        for (code, none) in [(37, true), (38, true), (95, true), (11, false), (13, false), (4, false)] {
            assert_eq!(has_no_locks(&io::Error::from_raw_os_error(code)), none, "{code}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(lock_in(folder.path()).is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_store_has_the_permissions_of_other_files() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("other"), "").unwrap();
        drop(Store::open(folder.path()).unwrap());
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode(STORE_FILE), mode("other"));
    }
}
