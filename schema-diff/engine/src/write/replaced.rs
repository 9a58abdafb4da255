//! The migration that several parts replace. It goes away after all of them are complete, and before they get their names.

use std::fs;
use std::io;
use std::path::Path;

/// The file beside the complete parts that has the name of the replaced directory.
const REPLACED: &str = "replaced";

/// Notes in a staging directory which migration its parts replace.
pub(super) fn note(staging: &Path, name: &str) -> io::Result<()> {
    fs::write(staging.join(REPLACED), name)
}

/// Gives the directory that the complete parts replace the name `gone`, under which it is swept, if there is one.
pub(super) fn take_away(dir: &Path, complete: &Path, gone: &str) -> io::Result<()> {
    let note = complete.join(REPLACED);
    let name = match fs::read_to_string(&note) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        name => name?,
    };
    let gone = dir.join(gone);
    match fs::rename(dir.join(name), &gone) {
        // A writer that was killed has done it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        renamed => renamed?,
    }
    fs::remove_file(note)?;
    // What cannot be removed now is swept later.
    let _ = fs::remove_dir_all(gone);
    Ok(())
}
