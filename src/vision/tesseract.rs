//! Tesseract as a process: the embedded reader.

use super::reader::{NoReader, ReadError, TextReader};
use super::tsv;
use crate::model::image::TextLine;
use crate::program;
use image::GrayImage;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Debian packages with the program and its Chinese.
const PACKAGES: &str = "tesseract-ocr tesseract-ocr-chi-sim";
/// What to do where it is missing.
pub const ADVICE: &str = "install it with `apt-get install tesseract-ocr tesseract-ocr-chi-sim`";
/// How often an ended program is looked for.
const TICK: Duration = Duration::from_millis(5);
/// Time to tell its languages.
const PROBE: Duration = Duration::from_secs(10);
/// Simplified Chinese with English: Chinese alone misreads figures and Latin letters.
const LANGUAGES: &str = "chi_sim+eng";

/// Names of scratch folders of this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The program, found and asked what it can.
#[derive(Debug, Clone)]
pub struct Tesseract {
    program: PathBuf,
    version: String,
}

impl Tesseract {
    /// The program of this path, or the one found in the folders of `path` (as in the environment). It must know
    /// simplified Chinese.
    pub fn find(program: Option<&Path>, path: &OsStr) -> Result<Self, NoReader> {
        let found = program
            .map(Path::to_owned)
            .or_else(|| program::find(path, &["tesseract"]));
        let Some(program) = found else {
            return Err(NoReader(format!("tesseract is not there: {ADVICE}")));
        };
        let said = ask(&program, &["--list-langs"]).map_err(|error| {
            NoReader(format!(
                "{} does not answer: {error}; {ADVICE}",
                program.display()
            ))
        })?;
        for language in LANGUAGES.split('+') {
            if !said.lines().any(|line| line.trim() == language) {
                return Err(NoReader(format!(
                    "{} does not know {language}: install it with `apt-get install {PACKAGES}`",
                    program.display()
                )));
            }
        }
        let version = ask(&program, &["--version"]).unwrap_or_default();
        let version = version.lines().next().unwrap_or("").trim();
        Ok(Self {
            program,
            version: version.chars().take(60).collect(),
        })
    }

    fn read_in(
        &self,
        scratch: &Path,
        image: &GrayImage,
        deadline: Duration,
    ) -> Result<Vec<TextLine>, ReadError> {
        let input = scratch.join("in.pgm");
        write_pgm(&input, image).map_err(io("write the image"))?;
        let log = scratch.join("said");
        let said = File::create(&log).map_err(io("write beside the image"))?;
        let mut command = self.command();
        command
            .arg(&input)
            .arg(scratch.join("out"))
            .args(["-l", LANGUAGES, "--psm", "3", "--dpi", "96", "tsv"])
            .env("HOME", scratch)
            .stdout(Stdio::null())
            .stderr(said);
        let mut child = command.spawn().map_err(io("start tesseract"))?;
        let ended = wait(&mut child, deadline);
        program::end_group(&mut child);
        if !ended {
            return Err(ReadError::Deadline {
                seconds: deadline.as_secs(),
            });
        }
        match fs::read(scratch.join("out.tsv")) {
            Ok(table) => Ok(tsv::lines(&String::from_utf8_lossy(&table))),
            Err(_) => Err(ReadError::Failed {
                reader: self.version.clone(),
                said: program::last_line(&log),
            }),
        }
    }

    fn command(&self) -> Command {
        let mut command = bare(&self.program);
        // One thread each: several of them only wait for each other.
        command.env("OMP_THREAD_LIMIT", "1");
        command
    }
}

impl TextReader for Tesseract {
    fn name(&self) -> String {
        format!("{}, {LANGUAGES}", self.version)
    }

    fn read(&self, image: &GrayImage, deadline: Duration) -> Result<Vec<TextLine>, ReadError> {
        let scratch = scratch().map_err(io("make a scratch folder"))?;
        let read = self.read_in(&scratch, image, deadline);
        // What could not be removed is a copy of an image that the archive has.
        let _ = fs::remove_dir_all(&scratch);
        read
    }
}

/// A command that sees nothing of the environment but where programs and languages are.
fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null());
    for name in ["PATH", "TESSDATA_PREFIX"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("LANG", "C.UTF-8");
    program::own_group(&mut command);
    command
}

/// What the program says of itself, on either of its outputs.
fn ask(program: &Path, arguments: &[&str]) -> io::Result<String> {
    let folder = scratch()?;
    let asked = ask_in(&folder, program, arguments);
    let _ = fs::remove_dir_all(&folder);
    asked
}

fn ask_in(folder: &Path, program: &Path, arguments: &[&str]) -> io::Result<String> {
    let said = folder.join("said");
    let file = File::create(&said)?;
    let mut command = bare(program);
    command
        .args(arguments)
        .stdout(file.try_clone()?)
        .stderr(file);
    let mut child = command.spawn()?;
    let ended = wait(&mut child, PROBE);
    program::end_group(&mut child);
    if !ended {
        return Err(io::Error::new(io::ErrorKind::TimedOut, "it does not end"));
    }
    Ok(String::from_utf8_lossy(&fs::read(&said)?).into_owned())
}

/// A new folder that only we may read.
fn scratch() -> io::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("wangxun-vision-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    // Left by a killed process of the same number.
    let _ = fs::remove_dir_all(&folder);
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    Ok(folder)
}

fn write_pgm(path: &Path, image: &GrayImage) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    write!(out, "P5\n{} {}\n255\n", image.width(), image.height())?;
    out.write_all(image.as_raw())?;
    out.flush()
}

/// True when the child ended by itself in time.
fn wait(child: &mut Child, deadline: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < deadline {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) => std::thread::sleep(TICK),
            Err(_) => return false,
        }
    }
    false
}

fn io(what: &'static str) -> impl FnOnce(io::Error) -> ReadError {
    move |source| ReadError::Io { what, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A stand-in for the program that knows both languages.
    fn stand_in(folder: &Path, body: &str) -> PathBuf {
        let path = folder.join("tesseract");
        let head = "case $1 in --list-langs) echo chi_sim; echo eng; exit;; --version) echo tesseract 9; exit;; esac";
        fs::write(&path, format!("#!/bin/sh\n{head}\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn a_missing_program_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Tesseract::find(None, folder.path().as_os_str()).unwrap_err();
        assert!(
            missing.0.contains("apt-get install tesseract-ocr"),
            "{missing}"
        );
    }

    #[test]
    fn a_program_without_chinese_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tesseract");
        fs::write(&path, "#!/bin/sh\necho eng\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let missing = Tesseract::find(Some(&path), OsStr::new("")).unwrap_err();
        assert!(missing.0.contains("chi_sim"), "{missing}");
    }

    #[test]
    fn what_it_writes_is_read_and_its_folder_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let body = "printf 'level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext\\n5\\t1\\t1\\t1\\t1\\t1\\t1\\t2\\t30\\t10\\t91.5\\t保本\\n' > $2.tsv";
        let reader = Tesseract::find(Some(&stand_in(folder.path(), body)), OsStr::new(""));
        let reader = reader.unwrap();
        assert_eq!(reader.name(), "tesseract 9, chi_sim+eng");
        let lines = reader
            .read(&GrayImage::new(9, 9), Duration::from_secs(20))
            .unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(
            (lines[0].text.as_str(), lines[0].confidence),
            ("保本", 91.5)
        );
    }

    #[test]
    fn a_program_that_hangs_is_ended_and_one_that_fails_is_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let program = stand_in(folder.path(), "sleep 60");
        let reader = Tesseract::find(Some(&program), OsStr::new("")).unwrap();
        let begun = Instant::now();
        let error = reader.read(&GrayImage::new(9, 9), Duration::from_millis(200));
        assert!(matches!(error, Err(ReadError::Deadline { .. })));
        assert!(begun.elapsed() < Duration::from_secs(20));
        stand_in(folder.path(), "echo 'no such language' >&2; exit 1");
        let error = reader
            .read(&GrayImage::new(9, 9), Duration::from_secs(20))
            .unwrap_err();
        assert!(error.to_string().contains("no such language"), "{error}");
    }
}
