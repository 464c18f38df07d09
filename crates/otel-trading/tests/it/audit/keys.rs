//! Keys and signed notes, held against another implementation and against the example of the specification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use otel_trading::audit::{Checkpoint, KeyError, NoteError, TrailKey, VerifierKey};
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};

use super::{append_in_groups, open, verifier};

fn checkpoint() -> Checkpoint {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..300, 100);
    trail.close().expect("closed")
}

#[test]
fn the_key_of_the_specification_is_read_and_written_as_it_is() {
    let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let key: VerifierKey = text.parse().expect("a key");
    assert_eq!((key.name(), key.to_string().as_str()), ("example.com/foo", text));
}

#[test]
fn a_key_that_was_mistyped_is_refused() {
    let right = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    for (wrong, error) in [
        (right.replace("foo", "fop"), KeyError::Id),
        (right.replace("530d", "530e"), KeyError::Id),
        (right.replace("530d903a", "+30d903a"), KeyError::Algorithm),
        (right.replace("530d903a", "530D903A0"), KeyError::Id),
        (right.replace("Aeky", "Beky"), KeyError::Algorithm),
        (right.replace("U2k", "U"), KeyError::Malformed),
        (right.replace("example.com/foo", ""), KeyError::Name),
        (right.replace("example", "exa mple"), KeyError::Name),
        (right.replace('+', " "), KeyError::Malformed),
    ] {
        assert_eq!(wrong.parse::<VerifierKey>(), Err(error), "{wrong}");
    }
    for name in ["", "a b", "a+b", "a\nb"] {
        assert_eq!(TrailKey::new(name, [0; 32]).err(), Some(KeyError::Name), "{name:?}");
    }
}

#[test]
fn others_accept_our_signatures_and_keys() {
    let verifiers = StandardVerifier::new(&verifier().to_string()).expect("a key");
    let note = Note::from_bytes(checkpoint().note().as_bytes()).expect("a note");
    let (known, unknown) = note.verify(&VerifierList::new(vec![Box::new(verifiers)])).expect("signed");
    assert_eq!((known.len(), unknown.len()), (1, 0));
}

#[test]
fn we_accept_the_signatures_of_others_and_pass_over_those_we_do_not_know() {
    let ours = checkpoint();
    let text = ours.note().split_once("\n\n").expect("a note").0.to_owned() + "\n";
    let signer = |name: &str, seed: u8| {
        let key = TrailKey::new(name, [seed; 32]).expect("a name").verifier().to_string();
        let id = key.split('+').nth(1).expect("an identifier").to_owned();
        let secret = STANDARD.encode([&[1_u8][..], &[seed; 32]].concat());
        StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id}+{secret}")).expect("a key")
    };
    let (log, witness) = (signer("example.com/desk", 7), signer("witness.example", 8));
    let mut note = Note::new(text.as_bytes(), &[]).expect("a note");
    note.add_sigs(&[&witness, &log]).expect("signed");
    let note = String::from_utf8(note.to_bytes()).expect("a text");
    let theirs = Checkpoint::open(&note, &verifier()).expect("signed");
    assert_eq!((theirs.size(), theirs.root()), (ours.size(), ours.root()));
    // The witness alone is nobody this trail knows.
    let mut note = Note::new(text.as_bytes(), &[]).expect("a note");
    note.add_sigs(&[&witness]).expect("signed");
    let note = String::from_utf8(note.to_bytes()).expect("a text");
    assert_eq!(Checkpoint::open(&note, &verifier()), Err(NoteError::UnknownSigner));
}

#[test]
fn no_changed_byte_of_a_checkpoint_is_accepted() {
    let right = checkpoint();
    for at in 0..right.note().len() {
        for bit in 0..8 {
            let mut bytes = right.note().as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            let opened =
                String::from_utf8(bytes).ok().and_then(|note| Checkpoint::open(&note, &verifier()).ok());
            assert_eq!(opened, None, "bit {bit} of byte {at}");
        }
    }
    for end in 0..right.note().len() {
        let cut = right.note().get(..end).map(|note| Checkpoint::open(note, &verifier()));
        assert!(!matches!(cut, Some(Ok(_))), "cut at {end}");
    }
}
