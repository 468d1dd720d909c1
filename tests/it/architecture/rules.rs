//! The rules: which room may name what.

/// One room.
pub(super) struct Room {
    pub(super) name: &'static str,
    pub(super) floor: u8,
    /// No clock, no IO, no environment, no randomness, no printing.
    pub(super) pure: bool,
}

const fn room(name: &'static str, floor: u8, pure: bool) -> Room {
    Room { name, floor, pure }
}

/// The house, from the ground up.
pub(super) const ROOMS: [Room; 20] = [
    room("model", 0, true),
    room("wire", 1, true),
    room("program", 1, false),
    room("seeds", 2, false),
    room("lexicons", 2, false),
    room("fetch", 2, false),
    room("storage", 2, false),
    room("practice", 2, false),
    room("printer", 2, false),
    room("vision", 2, false),
    room("page", 2, true),
    room("text", 2, true),
    room("claims", 2, true),
    room("audit", 2, true),
    room("signals", 2, true),
    room("dossier", 2, true),
    room("export", 2, true),
    room("desk", 3, false),
    room("patrol", 3, false),
    room("cli", 4, false),
];

/// Crates that only some rooms may name. `main` stands for `src/main.rs`.
const CRATES: [(&str, &[&str]); 39] = [
    ("reqwest", &["fetch"]),
    ("governor", &["fetch"]),
    ("headless_chrome", &["fetch"]),
    ("rustix", &["program"]),
    ("robotxt", &["fetch"]),
    ("chardetng", &["fetch"]),
    ("brotli", &["fetch"]),
    ("ruzstd", &["fetch"]),
    ("flate2", &["fetch", "storage"]),
    ("zip", &["storage"]),
    // keys, signatures and time stamps are made and judged where they are kept
    ("aws_lc_rs", &["storage"]),
    ("blake2", &["storage"]),
    ("webpki", &["storage"]),
    ("x509_tsp", &["storage"]),
    ("cms", &["storage"]),
    ("x509_cert", &["storage"]),
    ("der", &["storage"]),
    ("image", &["vision"]),
    ("image_hasher", &["vision"]),
    ("rqrr", &["vision"]),
    ("sled", &["storage"]),
    ("tantivy", &["storage"]),
    ("rust_xlsxwriter", &["export"]),
    ("calamine", &["seeds"]),
    ("scraper", &["page"]),
    ("ego_tree", &["page"]),
    ("adblock", &["page"]),
    ("jieba_rs", &["text"]),
    ("ferrous_opencc", &["text"]),
    ("hyper", &["practice"]),
    ("hyper_util", &["practice"]),
    ("http_body_util", &["practice"]),
    // export writes pages for people, wire the one that every sealed package holds
    ("maud", &["export", "wire"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("indicatif", &["cli"]),
    ("tracing_subscriber", &["cli", "main"]),
    ("anyhow", &["cli", "main"]),
    // stored and sent forms live in wire and in the doors; keepers have private parse forms; export writes them
    (
        "serde",
        &[
            "wire", "seeds", "lexicons", "fetch", "storage", "practice", "export", "patrol", "cli",
        ],
    ),
];

/// Crates that no pure room may name.
const IMPURE_CRATES: [&str; 12] = [
    "tokio",
    "tracing",
    "getrandom",
    "rand",
    "fastrand",
    "include_dir",
    "tempfile",
    "futures_util",
    "tracing_subscriber",
    "rustls",
    "http",
    "uuid",
];

/// Paths that no pure room may name, and everything below them.
const IMPURE_PATHS: [&str; 17] = [
    "std::time::Instant",
    "std::time::SystemTime",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::os",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::hash::RandomState",
    "std::hash::DefaultHasher",
    "std::collections::hash_map::RandomState",
    "std::collections::hash_map::DefaultHasher",
    "chrono::Local",
    "chrono::Utc::now",
    "chrono::offset",
];

/// What is allowed of `std::net`: values, not sockets.
const NET_VALUES: [&str; 7] = [
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "SocketAddr",
    "SocketAddrV4",
    "SocketAddrV6",
    "AddrParseError",
];

/// Macros that no pure room may call.
pub(super) const PRINTING: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// The room of this name.
pub(super) fn find(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|r| r.name == name)
}

/// What is wrong when `from` (a room or `main`) names this path of our own crate.
pub(super) fn own_crate(from: &str, path: &[String], glob: bool) -> Option<String> {
    let Some(first) = path.first() else {
        return glob.then(|| "imports the whole crate; name the room".to_owned());
    };
    let target = find(first)?;
    if target.name == from {
        return None;
    }
    let Some(own) = find(from) else {
        // src/main.rs calls the doors and nothing else
        return (target.floor < 4)
            .then(|| format!("`main` names room `{first}`, it may only call `cli`"));
    };
    if target.floor < own.floor {
        return None;
    }
    let relation = if target.floor == own.floor {
        "a sibling"
    } else {
        "on a higher floor"
    };
    Some(format!("room `{from}` names `{first}`, {relation}"))
}

/// What is wrong when `from` names this path of another crate. Tests of a room may use any crate.
pub(super) fn other_crate(from: &str, path: &[String], glob: bool, test: bool) -> Option<String> {
    let name = path.first()?;
    if test {
        return None;
    }
    if let Some((_, rooms)) = CRATES.iter().find(|(c, _)| c == name)
        && !rooms.contains(&from)
    {
        return Some(format!(
            "room `{from}` names crate `{name}`, which belongs to {}",
            rooms.join(", ")
        ));
    }
    let pure = find(from).is_some_and(|r| r.pure);
    (pure && impure(path, glob)).then(|| {
        let star = if glob { "::*" } else { "" };
        format!("pure room `{from}` names `{}{star}`", path.join("::"))
    })
}

fn impure(path: &[String], glob: bool) -> bool {
    let first = path.first().map_or("", |first| match first.as_str() {
        "core" | "alloc" => "std",
        other => other,
    });
    if IMPURE_CRATES.contains(&first) {
        return true;
    }
    let rest = path.iter().skip(1).map(String::as_str);
    let path: Vec<&str> = std::iter::once(first).chain(rest).collect();
    if path.starts_with(&["std", "net"]) {
        return path.get(2).map_or(glob, |item| !NET_VALUES.contains(item));
    }
    // a glob of chrono or of its prelude brings Local and Utc in
    if glob && path.first() == Some(&"chrono") {
        return true;
    }
    IMPURE_PATHS.iter().any(|banned| {
        let banned: Vec<&str> = banned.split("::").collect();
        path.starts_with(&banned) || (glob && banned.starts_with(&path))
    })
}
