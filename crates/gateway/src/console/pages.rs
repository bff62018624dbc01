//! The page on which operators enrol a passkey, sign in, propose, decide, review identities and settle payouts.

use axum::http::Method;

use crate::reply::{Content, Reply};

/// Each file by its path; they load nothing but each other.
#[rustfmt::skip]
const FILES: &[(&str, Content, &str)] = &[
    ("/", Content::Page, include_str!("../page/console/console.html")),
    ("/console.css", Content::Style, include_str!("../page/console/console.css")),
    ("/main.js", Content::Script, include_str!("../page/console/main.js")),
    ("/ask.js", Content::Script, include_str!("../page/console/ask.js")),
    ("/draw.js", Content::Script, include_str!("../page/console/draw.js")),
    ("/kinds.js", Content::Script, include_str!("../page/console/kinds.js")),
    ("/propose.js", Content::Script, include_str!("../page/console/propose.js")),
    ("/proposals.js", Content::Script, include_str!("../page/console/proposals.js")),
    ("/identities.js", Content::Script, include_str!("../page/console/identities.js")),
    ("/payouts.js", Content::Script, include_str!("../page/console/payouts.js")),
    ("/users.js", Content::Script, include_str!("../page/console/users.js")),
    ("/passkeys.js", Content::Script, include_str!("../page/console/passkeys.js")),
];

/// Returns the file of a path, `None` when it is none.
pub fn find(method: &Method, path: &str) -> Option<Reply> {
    let found = FILES.iter().find(|(known, ..)| *known == path);
    let (_, content, text) = found.filter(|_| *method == Method::GET)?;
    Some(Reply::text(*content, text.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::{reading, terms};
    use identity::policy::Kind;

    const KINDS: &str = include_str!("../page/console/kinds.js");

    #[test]
    fn the_page_loads_only_its_own_files_and_runs_nothing_else() {
        for (path, _, text) in FILES {
            for forbidden in [
                "://",
                "innerHTML",
                "<script>",
                "style=",
                "eval(",
                "onclick=",
            ] {
                assert!(!text.contains(forbidden), "{forbidden} in {path}");
            }
            let imports = text.lines().filter_map(|line| line.split_once("from \"."));
            for (_, imported) in imports {
                let imported = imported.trim_end_matches("\";");
                let is_there = find(&Method::GET, imported).is_some();
                assert!(is_there, "{imported} in {path}");
            }
        }
        assert!(find(&Method::POST, "/").is_none());
        assert!(find(&Method::GET, "/console").is_none());
    }

    #[test]
    fn the_page_has_a_form_for_each_kind_of_proposal_with_each_of_its_parameters() {
        let (before, forms) = KINDS.split_once("export const KINDS").expect("a table");
        let has = |text: &str, name: &str| text.contains(&format!("(\"{name}\""));
        for kind in Kind::ALL {
            let name = kind.name();
            let starts = [format!("\n  {name}: {{"), format!("\n  \"{name}\": {{")];
            let form = starts.iter().find_map(|start| forms.split_once(start));
            let (_, form) = form.unwrap_or_else(|| panic!("no form of {name}"));
            let (form, _) = form.split_once("\n  },").expect("its end");
            for parameter in reading::names(kind) {
                assert!(has(form, parameter), "{parameter} of {name}");
            }
            let takes_terms = form.contains("terms: TERMS");
            assert_eq!(takes_terms, reading::takes_terms(kind), "{name}");
        }
        for name in terms::NAMES {
            assert!(has(before, name), "{name}");
        }
    }
}
