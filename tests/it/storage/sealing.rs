//! Keys, signatures, tree heads and time stamps around sealed items.

use super::authority::TestAuthority;
use super::judges::{judge, run, text};
use super::sample::{Draft, open};
use std::fs;
use std::path::{Path, PathBuf};
use wangxun::model::custody::{Action, Actor};
use wangxun::model::monitor::Silent;
use wangxun::storage::entered::Entered;
use wangxun::storage::error::StorageError;
use wangxun::storage::home::Home;
use wangxun::storage::journal::Act;
use wangxun::storage::keys::{self, KeyRing};
use wangxun::storage::minisign::PublicKey;
use wangxun::storage::signature::{self, SignatureState};
use wangxun::storage::store::Store;
use wangxun::storage::timestamp::request::Request;
use wangxun::storage::timestamp::stamp::{self, Authority};
use wangxun::storage::timestamp::token::{TokenFault, judge as judge_token, read_certificates};
use wangxun::storage::verify::{
    Outcome, Report, Trust, verify_file, verify_file_by, verify_item, verify_store,
};
use wangxun::storage::{journal_proof, sidecar};

fn verify(root: &Path) -> Report {
    verify_store(&Home::read_only(root).unwrap(), &Silent).unwrap()
}

fn passes(root: &Path) {
    let report = verify(root);
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
}

/// Whether a check failed that names the file.
fn names(report: &Report, path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    let failed = report.checks.iter().filter(|c| c.outcome == Outcome::Fail);
    failed
        .into_iter()
        .any(|c| c.subject.contains(&*name) || c.detail.contains(&*name))
}

fn with_key(root: &Path) -> Store {
    let store = open(root);
    keys::init(store.home(), store.journal()).unwrap();
    store
}

fn write(path: &Path, bytes: &[u8]) {
    // Keys and sidecars are read-only; whoever tampers would not mind.
    let _ = fs::remove_file(path);
    restore(path, bytes);
}

#[test]
fn a_sealed_item_is_signed_and_minisign_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_key(folder.path());
    let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
    let again = store.seal(&Draft::new("v0", 0).item()).unwrap();
    assert_eq!(again.digests(), sealed.digests());
    let bytes = fs::read(sealed.path()).unwrap();
    let ring = KeyRing::read(store.home()).unwrap();
    let state = signature::state(sealed.path(), &bytes, &ring).unwrap();
    let SignatureState::Good { key, comment } = state else {
        panic!("{state:?}");
    };
    assert_eq!(key, ring.keys()[0].public.id());
    for part in [
        sealed.evidence_id(),
        &hex::encode(sealed.digests().sha256),
        "某县金融办",
    ] {
        assert!(comment.contains(part), "{comment}");
    }
    drop(store);
    passes(folder.path());
    assert_eq!(verify(folder.path()).sealing().signed, 1);
    let Some(minisign) = judge("minisign") else {
        return;
    };
    let public = folder.path().join("keys/main-1.pub");
    let (file, public) = (sealed.path().to_str().unwrap(), public.to_str().unwrap());
    let output = run(&minisign, &["-Vm", file, "-p", public]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains(&comment), "{}", text(&output));
    let changed = folder.path().join("changed");
    fs::write(&changed, [&bytes[..], b"x"].concat()).unwrap();
    let signature = format!("{file}.minisig");
    let output = run(
        &minisign,
        &[
            "-V",
            "-m",
            changed.to_str().unwrap(),
            "-x",
            &signature,
            "-p",
            public,
        ],
    );
    assert!(!output.status.success(), "{}", text(&output));
}

#[test]
fn minisign_uses_our_secret_key_and_we_verify_what_it_signs() {
    let Some(minisign) = judge("minisign") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    drop(with_key(folder.path()));
    let file = folder.path().join("some.txt");
    fs::write(&file, "内容").unwrap();
    let secret = folder.path().join("keys/main-1.key");
    let public = folder.path().join("keys/main-1.pub");
    let [file, secret, public] = [&file, &secret, &public].map(|p| p.to_str().unwrap());
    let output = run(&minisign, &["-S", "-s", secret, "-m", file, "-t", "说明"]);
    assert!(output.status.success(), "{}", text(&output));
    let output = run(&minisign, &["-V", "-m", file, "-p", public]);
    assert!(output.status.success(), "{}", text(&output));
    let derived = folder.path().join("derived.pub");
    let output = run(
        &minisign,
        &["-R", "-s", secret, "-p", derived.to_str().unwrap()],
    );
    assert!(output.status.success(), "{}", text(&output));
    let read = |path: &Path| PublicKey::parse(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(read(&derived), read(Path::new(public)));
}

#[test]
fn without_a_key_nothing_is_signed_and_it_can_be_done_later() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
    let entered = Entered::read(store.home()).unwrap();
    let sign = |store: &Store, entered: &Entered| {
        signature::sign(store.home(), store.journal(), entered, sealed.path())
    };
    let error = sign(&store, &entered).unwrap_err();
    assert!(error.to_string().contains("wangxun keys init"), "{error}");
    assert!(store.journal().checkpoint().unwrap().is_none());
    assert_eq!(verify(folder.path()).sealing().signed, 0);
    keys::init(store.home(), store.journal()).unwrap();
    assert!(sign(&store, &entered).unwrap());
    let entered = Entered::read(store.home()).unwrap();
    assert!(!sign(&store, &entered).unwrap(), "signed twice");
    drop(store);
    passes(folder.path());
    assert_eq!(verify(folder.path()).sealing().signed, 1);
}

/// Removes the last `n` lines of the journal with their head, as if the program had been killed before them.
fn forget_lines(root: &Path, n: usize) {
    let path = root.join("journal/main.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let kept = &lines[..lines.len() - n];
    fs::write(&path, kept.concat()).unwrap();
    let last: serde_json::Value = serde_json::from_str(kept.last().unwrap()).unwrap();
    let head = format!("{:020} {}\n", kept.len(), last["hash"].as_str().unwrap());
    fs::write(root.join("journal/main.head"), head).unwrap();
}

#[test]
fn a_kill_between_package_signature_and_entry_is_repaired() {
    for signed in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let store = with_key(folder.path());
        let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
        // The store is not closed: no checkpoint, and the mark of a crash stays.
        std::mem::forget(store);
        let (path, beside) = (sealed.path(), signature::path_of(sealed.path()));
        let before = fs::read(&beside).unwrap();
        let copy = tempfile::tempdir().unwrap();
        copy_tree(folder.path(), copy.path());
        forget_lines(copy.path(), 1);
        let inside = |path: &Path| copy.path().join(path.strip_prefix(folder.path()).unwrap());
        if !signed {
            fs::remove_file(inside(&beside)).unwrap();
        }
        assert_eq!(verify(copy.path()).outcome(), Outcome::Fail);
        drop(open(copy.path()));
        passes(copy.path());
        assert_eq!(verify(copy.path()).sealing().signed, 1);
        let after = fs::read(inside(&beside)).unwrap();
        assert_eq!(
            after == before,
            signed,
            "what was signed is not signed again"
        );
        assert_eq!(fs::read(inside(path)).unwrap(), fs::read(path).unwrap());
    }
}

#[test]
fn a_signature_that_was_put_beside_later_is_entered_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
    keys::init(store.home(), store.journal()).unwrap();
    let entered = Entered::read(store.home()).unwrap();
    assert!(signature::sign(store.home(), store.journal(), &entered, sealed.path()).unwrap());
    std::mem::forget(store);
    let copy = tempfile::tempdir().unwrap();
    copy_tree(folder.path(), copy.path());
    forget_lines(copy.path(), 1);
    assert_eq!(verify(copy.path()).outcome(), Outcome::Fail);
    drop(open(copy.path()));
    passes(copy.path());
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn old_signatures_stay_verifiable_after_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_key(folder.path());
    store.seal(&Draft::new("v0", 0).item()).unwrap();
    keys::rotate(store.home(), store.journal(), "yearly").unwrap();
    store.seal(&Draft::new("v1", 1).item()).unwrap();
    drop(store);
    passes(folder.path());
    assert_eq!(verify(folder.path()).sealing().signed, 2);
    assert!(!folder.path().join("keys/main-1.key").exists());
    let Some(minisign) = judge("minisign") else {
        return;
    };
    let key = |name: &str| folder.path().join("keys").join(name).display().to_string();
    let output = run(
        &minisign,
        &["-Vm", &key("main-2.pub"), "-p", &key("main-1.pub")],
    );
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_dropped_tail_is_noticed_even_when_the_head_is_edited() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_key(folder.path());
    for n in 0..5 {
        store
            .record(Act::new(Action::Note, format!("note {n}")))
            .unwrap();
    }
    drop(store);
    passes(folder.path());
    let copy = fs::read(folder.path().join("journal/main.checkpoints")).unwrap();
    forget_lines(folder.path(), 3);
    let report = verify(folder.path());
    assert!(
        names(&report, Path::new("main.jsonl")),
        "{:#?}",
        report.checks
    );
    let error = Store::open(folder.path(), "main", Actor::patrol(""), &Silent)
        .err()
        .unwrap();
    assert!(error.to_string().contains("tail was dropped"), "{error}");
    // With the checkpoints cut as well the home is sound in itself, but not against the copy.
    let one = copy.len() / String::from_utf8_lossy(&copy).matches("\u{2014}").count();
    write(
        &folder.path().join("journal/main.checkpoints"),
        &copy[..copy.len() - one],
    );
    let home = Home::read_only(folder.path()).unwrap();
    let ring = KeyRing::read(&home).unwrap();
    let report = journal_proof::against(&home, "copy", &copy, &ring).unwrap();
    assert_eq!(report.outcome(), Outcome::Fail, "{:#?}", report.checks);
    assert!(names(&report, Path::new("main.jsonl")));
}

#[test]
fn a_journal_written_anew_is_not_the_one_of_the_copy() {
    let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for root in [&one, &other] {
        drop(with_key(root.path()));
    }
    let copy = fs::read(one.path().join("journal/main.checkpoints")).unwrap();
    let against = |root: &Path| {
        let home = Home::read_only(root).unwrap();
        let ring = KeyRing::read(&home).unwrap();
        journal_proof::against(&home, "copy", &copy, &ring)
            .unwrap()
            .outcome()
    };
    assert_eq!(against(one.path()), Outcome::Pass);
    assert_eq!(against(other.path()), Outcome::Fail);
}

#[test]
fn concurrent_writers_leave_one_tree_that_every_checkpoint_agrees_with() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_key(folder.path());
    std::thread::scope(|scope| {
        for n in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for m in 0..15 {
                    store
                        .record(Act::new(Action::Note, format!("{n}-{m}")))
                        .unwrap();
                    if m % 5 == 0 {
                        store.journal().checkpoint().unwrap();
                    }
                }
            });
        }
    });
    drop(store);
    passes(folder.path());
    let home = Home::read_only(folder.path()).unwrap();
    let signed = journal_proof::checkpoints(&home, "main").unwrap();
    assert!(signed.len() > 4, "{}", signed.len());
    assert!(
        signed
            .windows(2)
            .all(|w| w[0].head().size < w[1].head().size)
    );
    // Opened and closed without an entry, nothing is signed again.
    drop(open(folder.path()));
    assert_eq!(journal_proof::checkpoints(&home, "main").unwrap(), signed);
}

#[test]
fn an_entry_is_proved_without_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_key(folder.path());
    let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
    for n in 0..6 {
        store
            .record(Act::new(Action::Note, format!("{n}")))
            .unwrap();
    }
    let checkpoint = store.journal().checkpoint().unwrap().unwrap();
    let mut entry = None;
    let leaves = journal_proof::Leaves::read(store.home(), "main", &mut |e| {
        if e.object == sealed.evidence_id() {
            entry = Some(e.clone());
        }
    })
    .unwrap();
    let proof = leaves.prove(&entry.unwrap(), &checkpoint).unwrap().text();
    let ring = KeyRing::read(store.home()).unwrap();
    let (report, _) = journal_proof::check_proof("p", &proof, &ring);
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
    let (report, _) = journal_proof::check_proof("p", &proof, &KeyRing::default());
    assert_eq!(report.outcome(), Outcome::NotChecked);
    let bent = proof.replacen("index ", "index 1", 1);
    let (report, _) = journal_proof::check_proof("p", &bent, &ring);
    assert_eq!(report.outcome(), Outcome::Fail);
}

fn authority_of(authority: &TestAuthority) -> Authority {
    Authority {
        name: "clock".to_owned(),
        certificates: authority.root(),
    }
}

/// A store with a key, one signed item, and a token of an authority that was renewed once.
fn stamped(root: &Path, authority: &TestAuthority) -> PathBuf {
    let store = with_key(root);
    let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
    let kept = authority_of(authority);
    let (home, journal) = (store.home(), store.journal());
    let entered = Entered::read(home).unwrap();
    stamp::keep_authority(home, journal, &entered, &kept).unwrap();
    for renew in [false, true] {
        let entered = Entered::read(home).unwrap();
        let question = stamp::question(home, &entered, sealed.path(), "clock", renew).unwrap();
        let question = question.unwrap();
        let reply = authority.answer(&question.request.der);
        stamp::keep(home, journal, &question, &kept, &reply).unwrap();
    }
    let entered = Entered::read(home).unwrap();
    let none = stamp::question(home, &entered, sealed.path(), "clock", false).unwrap();
    assert!(none.is_none(), "a token lies there already");
    sealed.path().to_owned()
}

#[test]
fn tokens_are_kept_renewed_and_accepted_by_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let Some(authority) = TestAuthority::usual(&folder.path().join("authority")) else {
        return;
    };
    let root = folder.path().join("home");
    let package = stamped(&root, &authority);
    passes(&root);
    assert_eq!(verify(&root).sealing().stamped, 1);
    let home = Home::read_only(&root).unwrap();
    let id = sidecar::beside(&package).unwrap();
    assert_eq!(id.len(), 3);
    let bytes = fs::read(&package).unwrap();
    let (first, second) = (&id[1].1, &id[2].1);
    assert!(second.display().to_string().ends_with(".wacz.clock.2.tsr"));
    let (good, said) = authority.judge(&bytes, first);
    assert!(good, "{said}");
    let renewed = [&bytes[..], &fs::read(first).unwrap()].concat();
    let (good, said) = authority.judge(&renewed, second);
    assert!(good, "{said}");
    let (good, _) = authority.judge(&bytes, second);
    assert!(!good, "the second token is over the first one, too");
    let name = package.file_name().unwrap().to_str().unwrap();
    let report = verify_item(&home, name.trim_end_matches(".wacz"), &Silent).unwrap();
    assert_eq!(report.outcome(), Outcome::Pass, "{:#?}", report.checks);
}

#[test]
fn a_package_is_checked_outside_of_the_home_against_what_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let Some(authority) = TestAuthority::usual(&folder.path().join("authority")) else {
        return;
    };
    let root = folder.path().join("home");
    let package = stamped(&root, &authority);
    let away = folder.path().join("away");
    copy_tree(package.parent().unwrap(), &away);
    let handed = away.join(package.file_name().unwrap());
    let ring = KeyRing::read(&Home::read_only(&root).unwrap()).unwrap();
    let trust = Trust {
        keys: ring,
        certificates: authority.root(),
    };
    let count = |trust: &Trust| {
        let report = verify_file_by(&handed, trust, &Silent).unwrap();
        [Outcome::Pass, Outcome::NotChecked, Outcome::Fail].map(|o| report.count(o))
    };
    // The journal alone cannot be asked there.
    assert_eq!(count(&trust), [4, 1, 0]);
    assert_eq!(count(&Trust::default()), [1, 4, 0]);
    let mut bytes = fs::read(&handed).unwrap();
    bytes.push(0);
    write(&handed, &bytes);
    assert_eq!(count(&trust)[2], 4);
}

#[test]
fn answers_that_do_not_hold_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let Some(authority) = TestAuthority::usual(&folder.path().join("a")) else {
        return;
    };
    let other = TestAuthority::usual(&folder.path().join("b")).unwrap();
    let roots = read_certificates(&authority.root()).unwrap();
    let asked = Request::new([7; 32]).unwrap();
    let reply = authority.answer(&asked.der);
    let judged = |reply: &[u8]| judge_token(reply, &asked.imprint, Some(&asked.nonce), &roots);
    judged(&reply).unwrap();
    let again = Request::new([7; 32]).unwrap();
    let replayed = judge_token(&reply, &again.imprint, Some(&again.nonce), &roots);
    assert!(
        matches!(replayed, Err(TokenFault::Other(_))),
        "{replayed:?}"
    );
    let moved = judge_token(&reply, &[8; 32], Some(&asked.nonce), &roots);
    assert!(matches!(moved, Err(TokenFault::Other(_))), "{moved:?}");
    let foreign = judged(&other.answer(&asked.der));
    assert!(
        matches!(foreign, Err(TokenFault::Untrusted(_))),
        "{foreign:?}"
    );
    let nobody = judge_token(&reply, &asked.imprint, None, &[]);
    assert!(
        matches!(nobody, Err(TokenFault::Untrusted(_))),
        "{nobody:?}"
    );
    // A question that the authority does not understand is refused by it.
    let refusal = authority.answer(&[0x30, 0]);
    assert!(
        matches!(judged(&refusal), Err(TokenFault::Refused(_))),
        "{:?}",
        judged(&refusal)
    );
    let mut tried = 0;
    for at in 0..reply.len() {
        let mut bent = reply.clone();
        bent[at] ^= 1 << (at % 8);
        // Bytes outside of what is signed: the status, a certificate that the chain does not need, the tagging of
        // what is read leniently. The journal fixes them all the same.
        if let Ok(facts) = judged(&bent) {
            assert_eq!(Ok(facts), judged(&reply), "byte {at}");
        } else {
            tried += 1;
        }
    }
    assert!(tried > reply.len() / 2, "{tried} of {}", reply.len());
    for cut in 0..reply.len() {
        assert!(judged(&reply[..cut]).is_err());
    }
}

#[test]
fn tokens_by_several_kinds_of_keys_hold() {
    let folder = tempfile::tempdir().unwrap();
    for (n, key) in [
        &["rsa:2048"][..],
        &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    ]
    .into_iter()
    .enumerate()
    {
        let place = folder.path().join(n.to_string());
        let Some(authority) = TestAuthority::new(&place, "critical,timeStamping", key) else {
            return;
        };
        let asked = Request::new([9; 32]).unwrap();
        let reply = authority.answer(&asked.der);
        let roots = read_certificates(&authority.root()).unwrap();
        let facts = judge_token(&reply, &asked.imprint, Some(&asked.nonce), &roots).unwrap();
        assert!(facts.authority.contains("Clock"), "{facts:?}");
    }
}

/// Everything that vouches: changed, cut, removed, swapped, added. All of it is noticed and named.
#[test]
fn damage_to_what_vouches_is_noticed_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("home");
    let authority = TestAuthority::usual(&folder.path().join("authority"));
    match &authority {
        Some(authority) => drop(stamped(&root, authority)),
        None => drop(with_key(&root).seal(&Draft::new("v0", 0).item()).unwrap()),
    }
    let store = open(&root);
    keys::rotate(store.home(), store.journal(), "test").unwrap();
    store.seal(&Draft::new("v1", 1).item()).unwrap();
    drop(store);
    passes(&root);
    let files = vouching(&root);
    assert_eq!(
        files.len(),
        if authority.is_some() {
            1 + 4 + 2 + 2 + 1
        } else {
            1 + 4 + 2
        }
    );
    let mut tried = 0;
    for path in &files {
        let whole = fs::read(path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 60 + 1) {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 7);
            write(path, &changed);
            let report = verify_file(path, &Silent).unwrap();
            assert!(
                names(&report, path) || is_comment(path, at, &whole),
                "byte {at} of {}: {:#?}",
                path.display(),
                report.checks
            );
            tried += 1;
        }
        for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
            write(path, &whole[..cut]);
            let report = verify(&root);
            assert!(
                names(&report, path) || is_comment(path, cut, &whole),
                "cut at {cut}: {}",
                path.display()
            );
            tried += 1;
        }
        fs::remove_file(path).unwrap();
        if !path.display().to_string().ends_with(".key") {
            assert!(names(&verify(&root), path), "removed: {}", path.display());
            tried += 1;
        }
        restore(path, &whole);
    }
    passes(&root);
    for (index, one) in files.iter().enumerate() {
        for other in &files[index + 1..] {
            let (a, b) = (fs::read(one).unwrap(), fs::read(other).unwrap());
            write(one, &b);
            write(other, &a);
            let report = verify(&root);
            assert!(names(&report, one) || names(&report, other));
            restore(one, &a);
            restore(other, &b);
            tried += 1;
        }
    }
    tried += added(&root, &files);
    passes(&root);
    println!("{tried} damages to keys, checkpoints, signatures and tokens, all noticed and named");
}

/// The first line of a secret key is a comment for people, and its last line end means nothing.
fn is_comment(path: &Path, at: usize, whole: &[u8]) -> bool {
    let first = whole.iter().position(|b| *b == b'\n').unwrap();
    path.extension().is_some_and(|e| e == "key") && (at < first || at + 1 >= whole.len())
}

fn restore(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    if path.extension().is_some_and(|e| e == "key") {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(path, mode).unwrap();
    }
}

fn vouching(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![
        root.join("evidence"),
        root.join("journal"),
        root.join("keys"),
        root.join("authorities"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let end = path.extension().map(|e| e.to_string_lossy().into_owned());
            match end.as_deref() {
                _ if path.is_dir() => folders.push(path),
                Some("checkpoints" | "pub" | "key" | "minisig" | "tsr" | "pem") => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

fn added(root: &Path, files: &[PathBuf]) -> usize {
    let signature = files
        .iter()
        .find(|p| p.display().to_string().ends_with(".wacz.minisig"))
        .unwrap();
    let month = signature.parent().unwrap();
    let item = signature.display().to_string().replace(".minisig", "");
    let places = [
        PathBuf::from(format!("{item}.minisig~")),
        PathBuf::from(format!("{item}.other.tsr")),
        PathBuf::from(format!("{item}.clock.7.tsr")),
        month.join("wx-aaaaaaaaaaaaaaaaaaaa.wacz.minisig"),
        root.join("keys/main-9.pub"),
        root.join("keys/main-9.key"),
        root.join("keys/other.txt"),
        root.join("authorities/clock-0000000000000000.pem"),
        root.join("journal/other.checkpoints"),
    ];
    for place in &places {
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, fs::read(signature).unwrap()).unwrap();
        let report = verify(root);
        assert!(
            names(&report, place),
            "{}: {:#?}",
            place.display(),
            report.checks
        );
        fs::remove_file(place).unwrap();
    }
    places.len()
}

#[test]
fn a_signature_by_a_key_that_is_not_known_is_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_key(folder.path());
    let sealed = store.seal(&Draft::new("v0", 0).item()).unwrap();
    let away = tempfile::tempdir().unwrap();
    copy_tree(sealed.path().parent().unwrap(), away.path());
    let handed = away.path().join(sealed.path().file_name().unwrap());
    let report = verify_file(&handed, &Silent).unwrap();
    let check = report
        .checks
        .iter()
        .find(|c| c.name == "signature")
        .unwrap();
    assert_eq!(check.outcome, Outcome::NotChecked);
    assert!(check.detail.contains("--key"), "{}", check.detail);
}

#[test]
fn an_authority_needs_a_good_name_and_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for (name, certificates) in [("Clock", &b""[..]), ("../x", b""), ("clock", b"no pem")] {
        let authority = Authority {
            name: name.to_owned(),
            certificates: certificates.to_vec(),
        };
        let entered = Entered::default();
        let kept = stamp::keep_authority(store.home(), store.journal(), &entered, &authority);
        assert!(matches!(kept, Err(StorageError::Stamp { .. })), "{name}");
    }
}
