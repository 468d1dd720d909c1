//! Proofs by the compiler: programs that must not compile, each refused for the reason that it is written for.
//!
//! The compiler is called on the library that this test binary was linked with. (`trybuild` builds every dependency anew
//! for this, in a folder of its own: twenty minutes of two cores for a dozen files.)

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Compiles every file of the folder and holds what the compiler says against the names, codes and words that are
/// expected, one error a row. A file that nobody expects fails, as does one that is missing.
pub(crate) fn refused(folder: &str, expected: &[(&str, &str, &str)]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(root.join(folder)).expect("the folder of the proofs");
    let mut files: Vec<PathBuf> = files
        .map(|f| f.expect("a readable folder").path())
        .collect();
    files.sort();
    let library = library();
    let mut seen = Vec::new();
    for file in &files {
        let name = file.file_stem().expect("a name").to_string_lossy();
        for error in errors(&library, file) {
            seen.push((name.to_string(), error));
        }
    }
    let missing = expected.iter().filter(|(name, code, words)| {
        let of_row =
            |(n, e): &&(String, String)| n == name && e.contains(code) && e.contains(words);
        seen.iter().filter(of_row).count() != 1
    });
    let missing: Vec<_> = missing.collect();
    assert!(
        missing.is_empty() && seen.len() == expected.len(),
        "expected once each: {missing:#?}\nthe compiler said: {seen:#?}"
    );
}

/// The library that was built last before this binary: the one it was linked with.
fn library() -> PathBuf {
    let binary = std::env::current_exe().expect("the test binary");
    let linked = written(&binary);
    let folder = binary.parent().expect("a folder").read_dir();
    let libraries = folder.expect("the built files").filter_map(|entry| {
        let path = entry.ok()?.path();
        let name = path.file_name()?.to_str()?;
        let ours = name.starts_with("libwangxun-") && name.ends_with(".rlib");
        (ours && written(&path) <= linked).then_some(path)
    });
    libraries
        .max_by_key(|path| written(path))
        .expect("the library beside the test binary")
}

fn written(path: &Path) -> SystemTime {
    let metadata = path.metadata().expect("a built file");
    metadata.modified().expect("a time of change")
}

/// What the compiler has against the file, one line each: `CODE: words`, without its place.
fn errors(library: &Path, file: &Path) -> Vec<String> {
    let out = tempfile::tempdir().expect("a folder");
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut extern_library = std::ffi::OsString::from("wangxun=");
    extern_library.push(library);
    let mut dependencies = std::ffi::OsString::from("dependency=");
    dependencies.push(library.parent().expect("a folder"));
    let said = Command::new(compiler)
        .args(["--edition=2024", "--crate-type=bin", "--emit=metadata"])
        .args(["--error-format=short", "-Awarnings", "--extern"])
        .arg(extern_library)
        .arg("-L")
        .arg(dependencies)
        .arg("-o")
        .arg(out.path().join("proof.rmeta"))
        .arg(file)
        .output()
        .expect("the compiler");
    assert!(!said.status.success(), "{} compiles", file.display());
    let text = String::from_utf8_lossy(&said.stderr);
    let lines = text.lines().filter_map(|line| {
        let (place, words) = line.split_once(": error")?;
        place.contains(".rs:").then(|| words.to_owned())
    });
    let lines: Vec<String> = lines.collect();
    assert!(!lines.is_empty(), "{}: {text}", file.display());
    lines
}
