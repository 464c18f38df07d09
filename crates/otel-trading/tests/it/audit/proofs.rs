//! Proofs, held against another implementation of RFC 6962.

use ct_merkle::RootHash;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use otel_trading::audit::{
    Archive, AuditTrail, Checkpoint, ConsistencyProof, Hash, InclusionProof, ProofError,
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

proptest! {
    #[test]
    fn no_text_makes_the_parsers_fail(text in "(c2sp.org/tlog-proof@v1\n)?(extra [a-z=]{0,9}\n)?(index|old)? ?[0-9]{0,22}\n([A-Za-z0-9+/=]{40,46}\n){0,3}\n?.{0,90}") {
        drop(InclusionProof::parse(&text, &verifier()));
        drop(ConsistencyProof::parse(&text, &verifier()));
        drop(Checkpoint::open(&text, &verifier()));
    }
}
