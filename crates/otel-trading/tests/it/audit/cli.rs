//! The program `otel-audit`.

use std::fs;
use std::path::Path;
use std::process::Command;

use otel_trading::audit::{ConsistencyProof, Hash, InclusionProof, VerifierKey};

use super::{append_in_groups, killed, open, verifier};

/// What the program says, and with which code it ends.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_otel-audit")).args(arguments).output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("a text");
    (output.status.code().expect("it ends by itself"), text(output.stdout), text(output.stderr))
}

/// A trail of 600 records, and what somebody has kept of it.
struct Kept {
    dir: tempfile::TempDir,
    key: String,
    checkpoint: tempfile::NamedTempFile,
}

fn kept() -> Kept {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..600, 200);
    let last = trail.close().expect("closed");
    let checkpoint = tempfile::NamedTempFile::new().expect("a file");
    fs::write(checkpoint.path(), last.note()).expect("written");
    Kept { dir, key: verifier().to_string(), checkpoint }
}

impl Kept {
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let dir = text(self.dir.path());
        let (command, rest) = arguments.split_first().expect("a command");
        run(&[&[*command, dir, "--key", &self.key], rest].concat())
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a text")
}

#[test]
fn without_a_key_it_takes_the_one_beside_the_trail_and_says_so() {
    let kept = kept();
    let (code, out, _) = run(&["verify", text(kept.dir.path())]);
    assert!(
        code == 0 && out.starts_with("INTACT: 600 entries") && out.contains("The key lay beside"),
        "{out}"
    );
    let (_, out, _) = kept.run(&["verify"]);
    assert!(!out.contains("The key lay beside"), "{out}");
    fs::remove_file(kept.dir.path().join(VerifierKey::FILE)).expect("removed");
    let (code, _, err) = run(&["verify", text(kept.dir.path())]);
    assert!(code == 2 && err.starts_with("CANNOT TELL"), "{err}");
}

#[test]
fn an_intact_trail_is_called_intact() {
    let kept = kept();
    let last = text(kept.checkpoint.path());
    let (code, out, err) = kept.run(&["verify", "--checkpoint", last]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("INTACT: 600 entries, root "), "{out}");
    let (code, out, _) = kept.run(&["verify", "--json"]);
    let reply: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &reply["verdict"], &reply["entries"]), (0, &"intact".into(), &600.into()));
}

#[test]
fn the_first_bad_index_of_a_trail_is_named() {
    let kept = kept();
    let path = kept.dir.path().join("tile/entries/001");
    let mut bundle = fs::read(&path).expect("a bundle");
    bundle[5] ^= 1;
    fs::write(&path, bundle).expect("written");
    let (code, out, _) = kept.run(&["verify"]);
    assert_eq!(code, 1);
    assert_eq!(out, "TAMPERED: first bad index 256: an entry does not have its hash (tile/entries/001)\n");
    let (code, out, _) = kept.run(&["verify", "--json"]);
    let reply: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &reply["verdict"], &reply["first_bad"]), (1, &"tampered".into(), &256.into()));
    assert_eq!(kept.run(&["export"]).0, 1);
    assert_eq!(kept.run(&["show", "--index", "300"]).0, 1);
}

#[test]
fn what_cannot_be_told_is_not_called_anything() {
    let kept = kept();
    let other = verifier().to_string().replace("desk", "pit");
    for (arguments, about) in [
        (vec!["verify", "nowhere", "--key", &kept.key], "no audit trail"),
        (vec!["verify", text(kept.dir.path()), "--key", &other], "--key"),
        (vec!["verify", text(kept.dir.path()), "--key", &kept.key, "--checkpoint", "nowhere"], "nowhere"),
        (vec!["show", text(kept.dir.path()), "--key", &kept.key, "--index", "600"], "no entry 600"),
    ] {
        let (code, out, err) = run(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.starts_with("CANNOT TELL: ") && err.contains(about), "{err}");
    }
    // So does the reader of the arguments.
    assert_eq!(run(&["verify"]).0, 2);
}

#[test]
fn proofs_are_written_for_who_checks_them_elsewhere() {
    let kept = kept();
    let (code, proof, _) = kept.run(&["prove", "--index", "77"]);
    let proof = InclusionProof::parse(&proof, &verifier()).expect("a proof");
    let (_, line, _) = kept.run(&["show", "--index", "77", "--json"]);
    let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let (_, exported, _) = kept.run(&["export", "--from", "77", "--to", "78"]);
    assert_eq!((code, &line), (0, &serde_json::from_str(&exported).expect("JSON")));
    let archive = otel_trading::audit::Archive::open(kept.dir.path(), &verifier()).expect("a trail");
    let entry = archive.entry(77).expect("an entry");
    assert_eq!(line["leaf_hash"], Hash::leaf(&entry).to_string());
    assert_eq!(proof.verify(&entry), Ok(()));

    let last = archive.checkpoint();
    let trail = open(kept.dir.path());
    append_in_groups(&trail, 600..700, 100);
    drop(trail);
    let (code, proof, _) = kept.run(&["prove", "--since", text(kept.checkpoint.path())]);
    let proof = ConsistencyProof::parse(&proof, &verifier()).expect("a proof");
    assert_eq!((code, proof.verify(last)), (0, Ok(())));
}

#[test]
fn no_proof_is_written_about_a_trail_that_was_tampered_with() {
    let kept = kept();
    let earlier = tempfile::NamedTempFile::new().expect("a file");
    let trail = open(kept.dir.path());
    fs::write(earlier.path(), trail.flush().expect("published").note()).expect("written");
    append_in_groups(&trail, 600..900, 100);
    drop(trail);
    let since = ["prove", "--since", text(earlier.path())];
    for (hash, arguments) in [(76, &["prove", "--index", "77"][..]), (600 + 50, &since)] {
        let path = kept.dir.path().join(format!("tile/0/{:03}", hash / 256));
        let before = fs::read(&path).expect("a tile");
        let mut after = before.clone();
        after[hash % 256 * 32] ^= 1;
        fs::write(&path, after).expect("written");
        let (code, out, _) = kept.run(arguments);
        let said = format!("TAMPERED: first bad index {}: a hash is not that", hash / 256 * 256);
        assert!(code == 1 && out.starts_with(&said), "{code}: {out}");
        fs::write(&path, before).expect("written");
        assert_eq!(kept.run(arguments).0, 0);
    }
}

/// A text in a file of its own.
fn file(content: impl AsRef<[u8]>) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), content).expect("written");
    file
}

#[test]
fn proofs_are_checked_without_the_trail() {
    let kept = kept();
    let archive = otel_trading::audit::Archive::open(kept.dir.path(), &verifier()).expect("a trail");
    let bytes = archive.entry(77).expect("an entry");
    let (leaf, other) = (Hash::leaf(&bytes).to_string(), Hash::leaf(b"").to_string());
    let (entry, root) = (file(&bytes), archive.checkpoint().root());
    let proof = file(kept.run(&["prove", "--index", "77"]).1);
    let trail = open(kept.dir.path());
    append_in_groups(&trail, 600..700, 100);
    let later = trail.close().expect("closed");
    let since = file(kept.run(&["prove", "--since", text(kept.checkpoint.path())]).1);
    let key = kept.key.clone();
    let check = |proof: &tempfile::NamedTempFile, about: [&str; 2]| {
        run(&["verify", "--key", &key, "--proof", text(proof.path()), about[0], about[1]])
    };
    // The key beside the trail will do too, and is all that is read of it.
    let by_folder = run(&["verify", text(kept.dir.path()), "--proof", text(proof.path()), "--leaf", &leaf]);
    assert_eq!(by_folder.0, 0, "{by_folder:?}");
    drop(kept.dir);

    let proven = format!("PROVEN: in a trail of 600 entries, root {root}\n");
    assert_eq!(check(&proof, ["--entry", text(entry.path())]), (0, proven.clone(), String::new()));
    assert_eq!(check(&proof, ["--leaf", &leaf]), (0, proven, String::new()));
    let (code, out, _) = check(&since, ["--since", text(kept.checkpoint.path())]);
    let proven = format!("PROVEN: in a trail of 700 entries, root {}\n", later.root());
    assert_eq!((code, out), (0, proven));

    // About another entry, another checkpoint, or changed.
    let newer = file(later.note());
    let changed = file(fs::read_to_string(proof.path()).expect("a proof").replace("index 77", "index 76"));
    for (proof, about) in [
        (&proof, ["--leaf", &other]),
        (&proof, ["--entry", text(newer.path())]),
        (&since, ["--since", text(newer.path())]),
        (&changed, ["--leaf", &leaf]),
    ] {
        let (code, out, _) = check(proof, about);
        assert!(code == 1 && out.starts_with("WRONG: "), "{about:?}: {code} {out}");
    }
    let forged = fs::read_to_string(proof.path()).expect("a proof").replace("\n600\n", "\n601\n");
    let forged =
        run(&["--json", "verify", "--key", &key, "--proof", text(file(forged).path()), "--leaf", &leaf]);
    let reply: serde_json::Value = serde_json::from_str(&forged.1).expect("JSON");
    assert_eq!((forged.0, &reply["verdict"]), (1, &"wrong".into()), "{reply}");

    // Something else, or nothing: no judgement.
    for (proof, about) in [
        (&proof, ["--since", text(kept.checkpoint.path())]),
        (&entry, ["--leaf", &leaf]),
        (&proof, ["--entry", "nowhere"]),
        (&proof, ["--leaf", "abc"]),
        (&proof, ["--checkpoint", text(newer.path())]),
    ] {
        let (code, out, _) = check(proof, about);
        assert_eq!((code, out.as_str()), (2, ""), "{about:?}");
    }
    for arguments in [
        vec!["verify", "--proof", text(proof.path()), "--leaf", &leaf],
        vec!["verify", "--key", &key, "--proof", text(proof.path())],
        vec!["verify", "--key", &key, "--leaf", &leaf],
        vec!["verify", "--key", &key],
    ] {
        assert_eq!(run(&arguments).0, 2, "{arguments:?}");
    }
}

#[test]
fn entries_are_exported_one_on_a_line() {
    let killed = killed(300, 340, 20);
    let key = tempfile::NamedTempFile::new().expect("a file");
    fs::write(key.path(), format!("{}\n", verifier())).expect("written");
    let (code, out, _) = run(&["export", text(killed.dir.path()), "--key", text(key.path())]);
    assert_eq!(code, 0);
    for (index, line) in out.lines().enumerate() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(line["index"], index);
        assert_eq!(line["record"]["details"][0]["value"]["integer"], index);
    }
    assert_eq!(out.lines().count(), 341);
}

#[test]
fn the_versions_of_an_entity_are_shown() {
    let kept = kept();
    let (code, out, _) = kept.run(&["show", "--entity", "order-2", "--json"]);
    let lines: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((code, lines.len()), (0, 86));
    assert_eq!((&lines[85]["version"], &lines[85]["index"]), (&86.into(), &597.into()));
    let (_, out, _) = kept.run(&["show", "--entity", "order-2"]);
    assert!(out.contains("entry 597: order_status_changed of order-2, version 86\n"), "{out}");
}
