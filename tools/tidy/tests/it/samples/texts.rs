use super::{GOOD, finds, replaced, with};
use crate::joined;

#[test]
fn a_machine_of_ones_own() {
    for pieces in [["`/wo", "rk/x`"], ["a = '/ro", "ot/'"], ["see pypi.", "org"], ["index.crates.", "io"]] {
        let text = joined(&pieces);
        finds(tidy::places::check, &with("docs/a.txt", &text), &["docs/a.txt:1"]);
    }
    for pieces in [["../home/wo", "rk/x"], ["https://example.org/ro", "ot/"], ["crates", ".io"]] {
        finds(tidy::places::check, &with("docs/a.txt", &joined(&pieces)), &[]);
    }
}

#[test]
fn a_link_to_nowhere() {
    let page = "docs/page.md";
    for text in
        ["[a](gone.md)", "![a](../../outside.png)", "[a]: gone.md", "text [a](style.md) [b](x.md#y \"t\")"]
    {
        finds(tidy::links::check, &with(page, text), &["docs/page.md:1"]);
    }
    for text in [
        "[a](style.md#part) [b](../crates/otel-toy) [c](#here) [d](..)",
        "[a](https://example.org/x) [`Key`](otel_core::Key) <mailto:x@example.org>",
        "`[a](gone.md)`",
        "```md\n[a](gone.md)\n```",
    ] {
        finds(tidy::links::check, &with(page, text), &[]);
    }
}

#[test]
fn a_guide_that_claims_too_much() {
    for claim in ["[tidy: beauty]", "[lint: all_is_well]", "[ci: Deploy]"] {
        let tree = replaced("docs/style.md", "[review]", claim);
        finds(tidy::style::check, &tree, &["docs/style.md:3"]);
    }
    finds(
        tidy::style::check,
        &replaced("docs/style.md", "[review]", "[lint: too_many_lines_threshold]"),
        &[],
    );
}

#[test]
fn a_guide_that_forgets_a_rule() {
    let tree = replaced("docs/style.md", "places, ", "");
    finds(tidy::style::check, &tree, &["docs/style.md:1"]);
    let without = GOOD.into_iter().filter(|(path, _)| *path != "docs/style.md");
    finds(tidy::style::check, &tidy::Tree::of(without), &["docs/style.md:1"]);
}
