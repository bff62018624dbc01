//! How an operator wants the pages to look, out of the section `brand`.

use crate::config::settings::Settings;
use anyhow::{Context, Result, bail};
use gateway::brand::{Brand, Colours, FEATURES, LANGUAGES, Links, MADE, picture_address};
use std::borrow::Cow;
use std::path::Path;

type Text = Cow<'static, str>;

const LOGO_BYTES_MAX: usize = 32 << 10;

/// Looks, links and parts of the pages. Empty texts are what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandSettings {
    pub logo_file: Text,
    pub dark_accent: Text,
    pub dark_primary: Text,
    pub light_accent: Text,
    pub light_primary: Text,
    pub languages: Text,
    pub features: Text,
    pub support: Text,
    pub terms: Text,
    pub privacy: Text,
}

impl BrandSettings {
    /// What holds without a file.
    pub const STANDARD: BrandSettings = BrandSettings {
        logo_file: Cow::Borrowed(""),
        dark_accent: Cow::Borrowed(""),
        dark_primary: Cow::Borrowed(""),
        light_accent: Cow::Borrowed(""),
        light_primary: Cow::Borrowed(""),
        languages: Cow::Borrowed("en zh-CN"),
        features: Cow::Borrowed(
            "register faucet notifications portfolio statements subaccounts hotkeys",
        ),
        support: Cow::Borrowed(""),
        terms: Cow::Borrowed(""),
        privacy: Cow::Borrowed(""),
    };
}

/// Returns whether a text is a colour, `#rrggbb`, or nothing.
pub fn is_colour(text: &str) -> bool {
    let is_hex =
        |digits: &str| digits.len() == 6 && digits.bytes().all(|it| it.is_ascii_hexdigit());
    text.is_empty() || text.strip_prefix('#').is_some_and(is_hex)
}

/// Returns whether a text is an address that a page may lead to, or nothing.
pub fn is_link(text: &str) -> bool {
    let is_safe = |rest: &str| !rest.is_empty() && rest.bytes().all(|it| it.is_ascii_graphic());
    text.is_empty() || text.strip_prefix("https://").is_some_and(is_safe)
}

/// Returns whether all words are of a list, each once.
pub fn are_of(text: &str, list: &[&str]) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_first = |(index, word): (usize, &&str)| !words[..index].contains(word);
    words.iter().all(|word| list.contains(word)) && words.iter().enumerate().all(is_first)
}

/// Returns whether a text names languages of the pages, one at least.
pub fn are_languages(text: &str) -> bool {
    are_of(text, &LANGUAGES) && !text.trim().is_empty()
}

/// Returns whether a text names parts of the pages.
pub fn are_features(text: &str) -> bool {
    are_of(text, &FEATURES)
}

impl Settings {
    /// Returns how the pages are to look.
    ///
    /// # Errors
    /// The picture cannot be read, is too large, or is of another kind than SVG and PNG.
    pub fn brand(&self) -> Result<Brand> {
        let given = |text: &Text| (!text.is_empty()).then(|| text.to_string());
        let words = |text: &Text| text.split_whitespace().map(str::to_owned).collect();
        let brand = &self.brand;
        Ok(Brand {
            name: self.site.product.to_string(),
            logo: given(&brand.logo_file)
                .map(|file| picture(Path::new(&file)))
                .transpose()?,
            dark: Colours {
                accent: given(&brand.dark_accent),
                primary: given(&brand.dark_primary),
            },
            light: Colours {
                accent: given(&brand.light_accent),
                primary: given(&brand.light_primary),
            },
            languages: words(&brand.languages),
            links: Links {
                support: given(&brand.support),
                terms: given(&brand.terms),
                privacy: given(&brand.privacy),
            },
            features: words(&brand.features),
        })
    }

    /// As `brand`, in a sandbox: unless languages are chosen, those are offered too that are made for whoever writes pages.
    ///
    /// # Errors
    /// Those of `brand`.
    pub fn sandbox_brand(&self) -> Result<Brand> {
        let mut brand = self.brand()?;
        if self.brand.languages == BrandSettings::STANDARD.languages {
            brand.languages.extend(MADE.map(str::to_owned));
        }
        Ok(brand)
    }
}

/// Returns the picture of a file as an address that carries it. Pages show it as a picture, where no script in it runs.
fn picture(file: &Path) -> Result<String> {
    let bytes = std::fs::read(file)
        .with_context(|| format!("brand.logo_file {} cannot be read", file.display()))?;
    if LOGO_BYTES_MAX < bytes.len() {
        bail!(
            "brand.logo_file {} has {} bytes; at most {LOGO_BYTES_MAX} are sent with every page",
            file.display(),
            bytes.len()
        );
    }
    let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if file.extension().is_some_and(|it| it == "svg") {
        "image/svg+xml"
    } else {
        bail!(
            "brand.logo_file {} is neither PNG nor a file named *.svg",
            file.display()
        );
    };
    Ok(picture_address(kind, &bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_wishes_the_pages_are_as_they_were_built() {
        assert_eq!(
            Settings::STANDARD.brand().expect("sound"),
            Brand::standard()
        );
    }

    #[test]
    fn made_languages_are_those_of_a_sandbox_and_of_whoever_lists_them() {
        let offered = |languages: &'static str| {
            let mut settings = Settings::STANDARD;
            settings.brand.languages = languages.into();
            let [elsewhere, here] = [settings.brand(), settings.sandbox_brand()];
            [elsewhere, here].map(|brand| brand.expect("sound").languages.join(" "))
        };
        let standard = Settings::STANDARD.brand.languages;
        assert_eq!(standard, "en zh-CN");
        assert_eq!(
            offered("en zh-CN"),
            ["en zh-CN", "en zh-CN en-XA ar-XB"],
            "not chosen"
        );
        assert_eq!(offered("zh-CN"), ["zh-CN"; 2], "chosen");
        assert_eq!(offered("en ar-XB"), ["en ar-XB"; 2], "listed");
    }

    #[test]
    fn colours_links_and_words_are_what_they_say() {
        for (text, is_sound) in [
            ("", true),
            ("#12aBcf", true),
            ("#fff", false),
            ("red", false),
        ] {
            assert_eq!(is_colour(text), is_sound, "{text}");
        }
        for (text, is_sound) in [
            ("", true),
            ("https://help.example/a?b", true),
            ("http://help.example", false),
            ("javascript:alert(1)", false),
            ("https://a b", false),
        ] {
            assert_eq!(is_link(text), is_sound, "{text}");
        }
        for (text, is_sound) in [
            ("en", true),
            ("zh-CN en", true),
            ("", false),
            ("en en", false),
        ] {
            assert_eq!(are_languages(text), is_sound, "{text}");
        }
        assert!(are_features(""));
        assert!(!are_features("casino"));
    }

    #[test]
    fn a_picture_comes_along_and_another_file_is_refused() {
        let folder = std::env::temp_dir().join(format!("bourse-brand-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let kept = |name: &str, bytes: &[u8]| {
            let file = folder.join(name);
            std::fs::write(&file, bytes).expect("written");
            picture(&file)
        };
        assert_eq!(
            kept("a.svg", b"<svg/>").expect("a picture"),
            "data:image/svg+xml;base64,PHN2Zy8+"
        );
        assert!(kept("a.html", b"<b>").is_err());
        assert!(kept("b.svg", &vec![b' '; LOGO_BYTES_MAX + 1]).is_err());
        assert!(picture(&folder.join("none.svg")).is_err());
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
