//! Where log lines go: standard error, and for a watch also a file in the home, begun anew when it is large or a day is
//! over, of which only the last ones are kept.

use chrono::{NaiveDate, Utc};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

/// Size at which a file is put aside.
const LARGEST: u64 = 10 << 20;
/// Files put aside that are kept.
const KEPT: usize = 14;

static FILE: Mutex<Option<LogFile>> = Mutex::new(None);

/// A log in a folder.
pub struct LogFile {
    folder: PathBuf,
    file: File,
    bytes: u64,
    day: NaiveDate,
    largest: u64,
}

impl LogFile {
    /// Goes on with the log in this folder.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Self::with_limit(folder, LARGEST)
    }

    fn with_limit(folder: &Path, largest: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("wangxun.log"))?;
        let metadata = file.metadata()?;
        let modified: chrono::DateTime<Utc> = metadata.modified()?.into();
        Ok(Self {
            folder: folder.to_owned(),
            bytes: metadata.len(),
            day: modified.date_naive(),
            file,
            largest,
        })
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let today = Utc::now().date_naive();
        let full = self.bytes + line.len() as u64 > self.largest;
        if self.bytes > 0 && (full || today != self.day) {
            self.put_aside()?;
        }
        self.day = today;
        self.file.write_all(line)?;
        self.bytes += line.len() as u64;
        Ok(())
    }

    fn put_aside(&mut self) -> io::Result<()> {
        let stamp = Utc::now().format("%Y%m%dT%H%M%S%6fZ");
        let aside = self.folder.join(format!("wangxun-{stamp}.log"));
        fs::rename(self.folder.join("wangxun.log"), aside)?;
        *self = Self::with_limit(&self.folder, self.largest)?;
        let mut old: Vec<PathBuf> = fs::read_dir(&self.folder)?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with("wangxun-") && name.ends_with(".log")
            })
            .collect();
        old.sort();
        for path in old.iter().take(old.len().saturating_sub(KEPT)) {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// From now on log lines go into this file as well.
pub fn also_to(file: LogFile) {
    *FILE.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
}

/// Writes log lines.
pub struct LogWriter;

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for LogWriter {
    /// One call is one line. A full disk must not end a patrol: what cannot be written is not written.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let _ = io::stderr().write_all(line);
        let mut file = FILE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = file.as_mut() {
            let _ = file.write(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_are_put_aside_and_few_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = LogFile::with_limit(folder.path(), 100).unwrap();
        for n in 0..400 {
            log.write(format!("line {n:05} of the log\n").as_bytes())
                .unwrap();
        }
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(files.len(), KEPT + 1);
        assert!(files.iter().all(|f| f.metadata().unwrap().len() <= 100));
        let last = fs::read_to_string(folder.path().join("wangxun.log")).unwrap();
        assert!(last.ends_with("line 00399 of the log\n"), "{last}");
        drop(log);
        let mut log = LogFile::with_limit(folder.path(), 1_000).unwrap();
        log.day = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        log.write(b"a new day\n").unwrap();
        let today = fs::read_to_string(folder.path().join("wangxun.log")).unwrap();
        assert_eq!(today, "a new day\n");
    }
}
