//! Proofs, held against another implementation of RFC 6962.

use ct_merkle::RootHash;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use otel_trading::audit::{
    Archive, ArchiveError, AuditTrail, Checkpoint, ConsistencyProof, Fault, Finding, Hash, InclusionProof,
    ProofError,
};
use proptest::prelude::*;
use sha2::Sha256;

use super::{append_in_groups, open, verifier};

/// A trail whose entries are partly in tiles and partly in the journal, its checkpoints on the way, and the same tree by
/// the other implementation.
struct Both {
    dir: tempfile::TempDir,
    trail: AuditTrail,
    checkpoints: Vec<Checkpoint>,
    entries: Vec<Vec<u8>>,
    theirs: MemoryBackedTree<Sha256, Vec<u8>>,
}

fn both() -> Both {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let mut checkpoints = vec![trail.checkpoint()];
    let sizes = [1, 2, 3, 7, 8, 100, 255, 256, 257, 511, 512, 600, 601, 700];
    for (start, end) in [0].into_iter().chain(sizes).zip(sizes) {
        append_in_groups(&trail, start..end, 1000);
        checkpoints.push(trail.checkpoint());
        if end == 512 {
            trail.flush().expect("published");
        }
    }
    let archive = trail.archive().expect("a trail");
    let entries: Vec<_> = archive.entries(0).map(|(_, entry)| entry.expect("an entry")).collect();
    let mut theirs = MemoryBackedTree::new();
    entries.iter().for_each(|entry| theirs.push(entry.clone()));
    Both { dir, trail, checkpoints, entries, theirs }
}

fn digest(hash: Hash) -> sha2::digest::Output<Sha256> {
    (*hash.as_bytes()).into()
}

fn root(checkpoint: &Checkpoint) -> RootHash<Sha256> {
    RootHash::new(digest(checkpoint.root()), checkpoint.size())
}

#[test]
fn the_root_is_what_others_compute() {
    let both = both();
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut roots = vec![theirs.root()];
    for entry in &both.entries {
        theirs.push(entry.clone());
        roots.push(theirs.root());
    }
    for checkpoint in &both.checkpoints {
        assert!(roots[checkpoint.size() as usize] == root(checkpoint), "{checkpoint}");
    }
}

#[test]
fn others_accept_every_proof_of_inclusion_and_we_accept_theirs() {
    let both = both();
    let archive = Archive::open(both.dir.path(), &verifier()).expect("a trail");
    let their_root = root(archive.checkpoint());
    for (index, entry) in both.entries.iter().enumerate() {
        let ours = archive.prove_inclusion(index as u64).expect("a proof");
        let digests: Vec<_> = ours.path().iter().copied().map(digest).collect();
        let theirs = ct_merkle::InclusionProof::from_digests(&digests);
        their_root.verify_inclusion(entry, index as u64, &theirs).expect("accepted");
        assert_eq!(both.theirs.prove_inclusion(index).as_bytes(), theirs.as_bytes());
        // As text it is the same, and proves this entry and no other.
        let read = InclusionProof::parse(&ours.to_string(), &verifier()).expect("a proof");
        assert_eq!(read, ours);
        assert_eq!(read.verify(entry), Ok(()));
        let other = &both.entries[(index + 1) % both.entries.len()];
        assert_eq!(read.verify(other), Err(ProofError::Wrong));
    }
    assert!(archive.prove_inclusion(700).is_err());
}

#[test]
fn others_accept_every_proof_of_consistency() {
    let both = both();
    for earlier in &both.checkpoints {
        let ours = both.trail.prove_consistency(earlier).expect("a proof");
        if earlier.size() > 0 {
            let digests: Vec<_> = ours.path().iter().copied().map(digest).collect();
            let theirs = ct_merkle::ConsistencyProof::<Sha256>::from_digests(&digests);
            root(ours.checkpoint()).verify_consistency(&root(earlier), &theirs).expect("accepted");
            let additions = both.entries.len() - earlier.size() as usize;
            assert_eq!(both.theirs.prove_consistency(additions).as_bytes(), theirs.as_bytes());
        }
        let read = ConsistencyProof::parse(&ours.to_string(), &verifier()).expect("a proof");
        assert_eq!(read, ours);
        for other in &both.checkpoints {
            let is_right = other.size() == earlier.size();
            assert_eq!(read.verify(other).is_ok(), is_right, "{} to {}", earlier.size(), other.size());
        }
    }
}

#[test]
fn a_proof_is_small() {
    let both = both();
    let proof = both.trail.prove_inclusion(300).expect("a proof").to_string();
    // Ten hashes of 45 bytes, a header, and a checkpoint: for a billion entries it would be thirty.
    assert!(proof.len() < 800, "{}", proof.len());
    assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nindex 300\n"), "{proof}");
    assert!(proof.contains("\n\nexample.com/desk\n700\n"), "{proof}");
}

#[test]
fn data_that_nothing_vouches_for_is_passed_over() {
    let both = both();
    let proof = both.trail.prove_inclusion(5).expect("a proof");
    let extra = proof.to_string().replacen("index", "extra c29tZXRoaW5n\nindex", 1);
    assert_eq!(InclusionProof::parse(&extra, &verifier()), Ok(proof));
}

#[test]
fn no_changed_byte_of_a_proof_is_accepted() {
    let both = both();
    let (inclusion, consistency) = (
        both.trail.prove_inclusion(300).expect("a proof"),
        both.trail.prove_consistency(&both.checkpoints[12]).expect("a proof"),
    );
    let (entry, earlier) = (&both.entries[300], &both.checkpoints[12]);
    for (text, is_inclusion) in [(inclusion.to_string(), true), (consistency.to_string(), false)] {
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                let accepted = match is_inclusion {
                    true => InclusionProof::parse(&changed, &verifier())
                        .is_ok_and(|proof| proof.verify(entry).is_ok()),
                    false => ConsistencyProof::parse(&changed, &verifier())
                        .is_ok_and(|it| it.verify(earlier).is_ok()),
                };
                assert!(!accepted, "bit {bit} of byte {at}: {changed}");
            }
        }
    }
}

/// The file of tiles in which an answer that is no proof says a hash was changed.
fn forged<T: std::fmt::Debug>(answer: Result<T, ArchiveError>) -> (String, u64) {
    match answer {
        Err(ArchiveError::Tampered(Finding { first_bad, fault: Fault::Hash, file })) => {
            (file.display().to_string(), first_bad)
        }
        answer => panic!("a hash was changed, and that is the answer: {answer:?}"),
    }
}

#[test]
fn no_proof_is_given_that_does_not_hold() {
    let both = both();
    both.trail.flush().expect("published");
    // The hash of an entry beside the one that is proven, and of one that neither root of a consistency proof covers.
    for (hash, index, earlier) in
        [(4, 5, 3), (5, 5, 3), (200, 3, 100), (256 + 150, 300, 300), (511, 300, 300)]
    {
        let path = both.dir.path().join(format!("tile/0/{:03}", hash / 256));
        let before = std::fs::read(&path).expect("a tile");
        let mut after = before.clone();
        after[(hash % 256) * 32 + 7] ^= 1;
        std::fs::write(&path, &after).expect("written");
        let archive = Archive::open(both.dir.path(), &verifier()).expect("the edge of the tree is intact");
        let bad = (format!("tile/0/{:03}", hash / 256), hash as u64 / 256 * 256);
        assert_eq!(forged(archive.prove_inclusion(index)), bad, "{hash}");
        let earlier = both.checkpoints.iter().find(|it| it.size() >= earlier).expect("a checkpoint");
        if hash as u64 >= earlier.size() {
            assert_eq!(forged(archive.prove_consistency(earlier)), bad, "{hash}");
        }
        // What lies below another tile is proven still.
        let other = (index as usize + 256) % 512;
        let proof = archive.prove_inclusion(other as u64).expect("a proof");
        assert_eq!(proof.verify(&both.entries[other]), Ok(()));
        std::fs::write(&path, &before).expect("written");
    }
    // Whatever is changed: what is given holds.
    let mut random = fastrand::Rng::with_seed(10);
    let mut refused = 0;
    for _ in 0..200 {
        let path = both.dir.path().join(["tile/0/000", "tile/0/001", "tile/1/000.p/2"][random.usize(..3)]);
        let before = std::fs::read(&path).expect("a tile");
        let mut after = before.clone();
        after[random.usize(..before.len())] ^= 1 << random.u8(..8);
        std::fs::write(&path, &after).expect("written");
        let Ok(archive) = Archive::open(both.dir.path(), &verifier()) else {
            std::fs::write(&path, &before).expect("written");
            continue;
        };
        for _ in 0..10 {
            let index = random.usize(..both.entries.len());
            match archive.prove_inclusion(index as u64) {
                // The hash that was changed may be its own.
                Ok(proof) => assert_eq!(proof.verify(&both.entries[index]), Ok(())),
                Err(_) => refused += 1,
            }
            let earlier = &both.checkpoints[random.usize(..both.checkpoints.len())];
            match archive.prove_consistency(earlier) {
                Ok(proof) => assert_eq!(proof.verify(earlier), Ok(())),
                Err(_) => refused += 1,
            }
        }
        std::fs::write(&path, &before).expect("written");
    }
    assert!(refused > 100, "{refused}");
}

proptest! {
    #[test]
    fn no_text_makes_the_parsers_fail(text in "(c2sp.org/tlog-proof@v1\n)?(extra [a-z=]{0,9}\n)?(index|old)? ?[0-9]{0,22}\n([A-Za-z0-9+/=]{40,46}\n){0,3}\n?.{0,90}") {
        drop(InclusionProof::parse(&text, &verifier()));
        drop(ConsistencyProof::parse(&text, &verifier()));
        drop(Checkpoint::open(&text, &verifier()));
    }
}
