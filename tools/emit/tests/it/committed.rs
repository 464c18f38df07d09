//! What is committed is what the catalogues say.

use std::fs;
use std::path::Path;

use emit::{Artefact, COMMAND, DOMAINS, Difference};

use crate::formats::artefacts;
use crate::specimens::SPECIMEN;

#[test]
fn what_is_committed_is_not_stale() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let differences = emit::differences(&repository, &emit::artefacts(DOMAINS).unwrap()).unwrap();
    let differences: Vec<String> = differences.iter().map(Difference::to_string).collect();
    assert!(differences.is_empty(), "{}\nmake them anew: {COMMAND}", differences.join("\n"));
}

/// Files are compared byte by byte, so they must not depend on which domains stand beside them, nor on the run.
#[test]
fn a_domain_is_made_alike_every_time_and_in_any_company() {
    let alone = emit::artefacts(&[SPECIMEN]).unwrap();
    let pages_of = |artefacts: &[Artefact]| -> Vec<Artefact> {
        artefacts.iter().filter(|artefact| artefact.path.contains("specimen")).cloned().collect()
    };
    assert_eq!(pages_of(&alone).len(), 10);
    assert_eq!(pages_of(&alone), pages_of(artefacts()));
}

#[test]
fn what_differs_is_said_and_put_right() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emit-differences");
    let _ = fs::remove_dir_all(&root);
    let artefacts = artefacts();
    assert_eq!(emit::write(&root, artefacts).unwrap().len(), artefacts.len(), "all are missing at first");
    assert_eq!(emit::differences(&root, artefacts).unwrap(), []);

    fs::write(root.join("docs/rules/specimen.yml"), "groups: []\n").unwrap();
    fs::remove_file(root.join("docs/dashboards/specimen.json")).unwrap();
    fs::create_dir_all(root.join("docs/registry/gone")).unwrap();
    fs::write(root.join("docs/registry/gone/manifest.yaml"), "").unwrap();
    fs::write(root.join("docs/style.md"), "not of our making").unwrap();
    let expected = [
        Difference::Missing("docs/dashboards/specimen.json".to_owned()),
        Difference::LeftOver("docs/registry/gone/manifest.yaml".to_owned()),
        Difference::Stale("docs/rules/specimen.yml".to_owned()),
    ];
    assert_eq!(emit::differences(&root, artefacts).unwrap(), expected);
    assert_eq!(emit::write(&root, artefacts).unwrap(), expected);
    assert_eq!(emit::differences(&root, artefacts).unwrap(), []);
    assert!(root.join("docs/style.md").exists(), "what lies elsewhere is left alone");
}
