//! List the files of the page, so that the binary carries them.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("page");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = files(&folder)?;
    files.sort();
    let line = |file: &PathBuf| {
        let name = file.strip_prefix(&folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
        format!("    ({name:?}, include_bytes!({:?})),", file.display().to_string())
    };
    let list = format!("&[\n{}\n]\n", files.iter().map(line).collect::<Vec<_>>().join("\n"));
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("files.rs"), list)
}

/// The files that a browser asks for: types and remarks for people stay out.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if !name.starts_with('.')
            && ![".d.ts", ".md", "tsconfig.json"].iter().any(|end| name.ends_with(end))
        {
            found.push(path);
        }
    }
    Ok(found)
}
