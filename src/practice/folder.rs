//! Any folder of pages as hosts: one per sub-folder, bytes as they are.

use super::answer::{Answer, Reply};
use super::error::PracticeError;
use super::server::ServedHost;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

/// Most hosts, and most files over all of them: enough for any collection of sample pages.
const MOST_HOSTS: usize = 10_000;
const MOST_FILES: usize = 500_000;
/// Deepest nesting of folders inside a site.
const DEEPEST: usize = 32;
/// Largest file served; larger ones are left out of the index.
const LARGEST: u64 = 64 << 20;

/// A folder, read once: files that come later are not served.
#[derive(Debug)]
pub(super) struct Folder {
    sites: Vec<Site>,
}

#[derive(Debug)]
struct Site {
    host: ServedHost,
    /// Percent-encoded path -> file.
    files: BTreeMap<String, PathBuf>,
}

impl Folder {
    /// Lists the files of every sub-folder.
    pub(super) fn read(folder: &Path) -> Result<Self, PracticeError> {
        let failed = |source| PracticeError::Folder {
            folder: folder.to_owned(),
            source,
        };
        let unservable = |fault| PracticeError::Unservable {
            folder: folder.to_owned(),
            fault,
        };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_type().map_err(failed)?.is_dir() {
                names.push(entry.file_name());
            }
        }
        names.sort_unstable();
        if names.len() > MOST_HOSTS {
            return Err(unservable("too many sub-folders"));
        }
        let mut sites: Vec<Site> = Vec::new();
        let mut left = MOST_FILES;
        for name in names {
            let mut files = BTreeMap::new();
            list(&folder.join(&name), "", 0, &mut left, &mut files).map_err(failed)?;
            if files.is_empty() {
                continue;
            }
            let host = ServedHost {
                name: host_name(&name.to_string_lossy(), sites.len(), &sites),
                address: address(8, sites.len()),
            };
            sites.push(Site { host, files });
        }
        if left == 0 {
            return Err(unservable("too many files"));
        }
        if sites.is_empty() {
            return Err(unservable("no sub-folder with files"));
        }
        Ok(Self { sites })
    }

    /// The hosts in the order of their sub-folders' names.
    pub(super) fn hosts(&self) -> Vec<ServedHost> {
        self.sites.iter().map(|s| s.host.clone()).collect()
    }

    /// Files of the host with this index, without the made index page.
    pub(super) fn file_count(&self, host: usize) -> usize {
        self.sites.get(host).map_or(0, |s| s.files.len())
    }

    /// What goes back for `path`, which is compared as it was sent: nothing outside the list can be reached.
    pub(super) async fn answer(&self, host: usize, path: &str) -> Option<Answer> {
        let site = self.sites.get(host)?;
        if path == "/" && !site.files.contains_key("/") {
            return Some(Answer::now(Reply::new(
                200,
                "text/html; charset=utf-8",
                site.index(),
            )));
        }
        let file = site.files.get(path)?;
        Some(Answer::now(match tokio::fs::read(file).await {
            Ok(bytes) => Reply::new(200, content_type(path), bytes),
            Err(_) => Reply::error(500, "文件无法读取"),
        }))
    }
}

impl Site {
    fn index(&self) -> String {
        let mut page = String::from(
            "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>目录</title></head><body><ul>\n",
        );
        for path in self.files.keys() {
            // Percent-encoded paths hold no character that HTML needs escaped.
            let _ = writeln!(page, "<li><a href=\"{path}\">{path}</a></li>");
        }
        page.push_str("</ul></body></html>\n");
        page
    }
}

fn list(
    folder: &Path,
    path: &str,
    depth: usize,
    left: &mut usize,
    files: &mut BTreeMap<String, PathBuf>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{path}/{}", encode(&entry.file_name().to_string_lossy()));
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < DEEPEST {
            list(&entry.path(), &path, depth + 1, left, files)?;
        } else if kind.is_file() && *left > 0 && entry.metadata()?.len() <= LARGEST {
            *left -= 1;
            files.insert(path, entry.path());
        }
    }
    Ok(())
}

/// RFC 3986 section 2.1, all but unreserved characters.
fn encode(name: &str) -> String {
    let mut path = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                path.push(char::from(byte));
            }
            _ => {
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
    path
}

/// A host label from a folder's name: what is no letter or digit becomes a hyphen, doubles get a number.
fn host_name(folder: &str, number: usize, taken: &[Site]) -> String {
    let label: String = folder
        .chars()
        .take(40)
        .map(|c| match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => c,
            _ => '-',
        })
        .collect();
    let label = label.trim_matches('-');
    let name = match label {
        "" => format!("site-{number}.test"),
        label => format!("{label}.test"),
    };
    match taken.iter().any(|s| s.host.name == name) {
        true => format!("{label}-site-{number}.test"),
        false => name,
    }
}

/// The n-th loopback address of the block that begins at 127.0.`third`.1.
pub(super) fn address(third: u8, n: usize) -> Ipv4Addr {
    let n = u16::try_from(n).unwrap_or(u16::MAX);
    Ipv4Addr::new(
        127,
        0,
        third.saturating_add(u8::try_from(n / 250).unwrap_or(u8::MAX)),
        u8::try_from(n % 250 + 1).unwrap_or(1),
    )
}

/// HTML without a charset for all but the plainly different kinds: sample pages often bear the endings of templates.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "css" => "text/css",
        "js" => "text/javascript",
        "json" => "application/json",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "zip" => "application/zip",
        _ => "text/html",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn serves_bytes_as_they_are_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let site = home.path().join("Site_A");
        std::fs::create_dir_all(site.join("sub")).unwrap();
        std::fs::write(site.join("页 1.html"), [0xC4, 0xE3]).unwrap();
        std::fs::write(site.join("sub/x.jsp.html"), "x").unwrap();
        std::fs::write(home.path().join("loose.html"), "secret").unwrap();
        let folder = Folder::read(home.path()).unwrap();
        assert_eq!(folder.hosts()[0].name, "site-a.test");
        assert_eq!(folder.file_count(0), 2);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let get = |path: &str| runtime.block_on(folder.answer(0, path));
        let body = |path: &str| match get(path).unwrap().act {
            super::super::answer::Act::Reply(reply) => (reply.headers[0].1.clone(), reply.body),
            other => panic!("{other:?}"),
        };
        let (kind, index) = body("/");
        assert!(kind.contains("utf-8"));
        assert!(String::from_utf8_lossy(&index).contains("href=\"/%E9%A1%B5%201.html\""));
        let (kind, page) = body("/%E9%A1%B5%201.html");
        assert_eq!((kind.as_str(), &page[..]), ("text/html", &[0xC4, 0xE3][..]));
        assert_eq!(&body("/sub/x.jsp.html").1[..], b"x");
        for path in ["/../loose.html", "/%2E%2E/loose.html", "/sub", "/nothing"] {
            assert!(get(path).is_none(), "{path}");
        }
    }

    #[test]
    fn names_are_labels_and_unique() {
        let home = tempfile::tempdir().unwrap();
        for name in ["a b", "a-b", "囧", "empty", "UP"] {
            std::fs::create_dir(home.path().join(name)).unwrap();
            if name != "empty" {
                std::fs::write(home.path().join(name).join("p.html"), "p").unwrap();
            }
        }
        let hosts = Folder::read(home.path()).unwrap().hosts();
        let names: BTreeSet<_> = hosts.iter().map(|h| h.name.as_str()).collect();
        assert_eq!(names.len(), 4);
        for name in names {
            assert!(
                name.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c)),
                "{name}"
            );
        }
    }

    #[test]
    fn empty_and_missing_folders_are_errors() {
        let home = tempfile::tempdir().unwrap();
        assert!(matches!(
            Folder::read(home.path()),
            Err(PracticeError::Unservable { .. })
        ));
        assert!(matches!(
            Folder::read(&home.path().join("no")),
            Err(PracticeError::Folder { .. })
        ));
    }

    #[test]
    fn addresses_do_not_meet() {
        let addresses: BTreeSet<_> = (0..MOST_HOSTS).map(|n| address(8, n)).collect();
        assert_eq!(addresses.len(), MOST_HOSTS);
        assert_eq!(address(8, 0), Ipv4Addr::new(127, 0, 8, 1));
        assert!(
            addresses
                .iter()
                .all(|a| a.is_loopback() && a.octets()[2] < 64)
        );
    }
}
