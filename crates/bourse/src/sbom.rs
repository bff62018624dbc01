//! `bourse sbom`: what this binary is made of.

/// Returns the list of crates and packages, as CycloneDX; `cargo xtask sbom` writes it.
pub const fn text() -> &'static str {
    include_str!("../../../docs/sbom.cdx.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_list_has_what_the_binary_and_its_pages_are_made_of_and_not_what_tests_them() {
        let list: Value = serde_json::from_str(text()).expect("JSON");
        assert_eq!(list["bomFormat"], "CycloneDX");
        assert_eq!(
            list["metadata"]["component"]["version"],
            env!("CARGO_PKG_VERSION")
        );
        let components = list["components"].as_array().expect("a list");
        let has = |start: &str| {
            let of = |one: &&Value| one["purl"].as_str().is_some_and(|it| it.starts_with(start));
            components.iter().any(|one| of(&one))
        };
        for used in ["pkg:cargo/argon2@", "pkg:cargo/rustls@", "pkg:npm/react@"] {
            assert!(has(used), "{used}");
        }
        for tests in ["pkg:cargo/proptest@", "pkg:cargo/rcgen@", "pkg:npm/vitest@"] {
            assert!(!has(tests), "{tests}");
        }
        for component in components {
            assert!(component["hashes"][0]["content"].is_string(), "{component}");
            assert!(
                component["licenses"][0]["expression"].is_string(),
                "{component}"
            );
        }
    }
}
