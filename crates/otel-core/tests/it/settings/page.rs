//! Pages that are made from code, and compared with it.

use std::path::{Path, PathBuf};

use otel_core::settings::{Group, Treatment, VARIABLES, Variable};

#[test]
fn the_page_of_settings_is_made_from_the_table() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    assert_page(&repository.join("docs/settings.md"), &page());
}

/// Compares a committed text with what it should be, and leaves what it should be where it can be fetched.
pub(super) fn assert_page(committed: &Path, text: &str) {
    let found = std::fs::read_to_string(committed).unwrap_or_default();
    if found != text {
        let made = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(committed.file_name().unwrap());
        std::fs::write(&made, text).unwrap();
        let (made, committed) = (made.display(), committed.display());
        panic!(
            "{committed} is not what the code makes: look at the difference, then\n  cp {made} {committed}"
        );
    }
}

fn page() -> String {
    let mut page = PREFACE.to_owned();
    for Group { title, specified, variables, .. } in VARIABLES {
        let note = if *specified { "" } else { " (not part of the specification)" };
        page += &format!("\n## {title}{note}\n\n| variable | meaning | default |\n|---|---|---|\n");
        for Variable { name, meaning, default, treatment, .. } in *variables {
            page += &match treatment {
                Treatment::Honoured => format!("| `{name}` | {meaning} | {default} |\n"),
                Treatment::Refused(why) => format!("| `{name}` | {meaning} **Refused**: {why}. | |\n"),
                _ => unreachable!("a treatment that this page does not know"),
            };
        }
    }
    page
}

const PREFACE: &str = "\
# Settings

What the code says comes first, then these variables, then the defaults. An empty value counts as unset, and words are
understood in any case. A value that cannot be used, or a variable that is refused, is a problem: the pipeline is not
installed, and says everything that is wrong at once. `Pipeline::effective_settings` shows what is in force, who said
so, and which variables have no effect or look mistyped.

This page is made from `otel_core::settings::VARIABLES`; a test compares them and says how to make it anew.
";
