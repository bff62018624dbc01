//! Countries by their two letters, and which of them the exchange serves.
//!
//! **Source** ISO 3166-1 alpha-2.

const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM \
    MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// A country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// Returns the country of two capital letters, `None` when there is none.
    pub fn parse(text: &str) -> Option<Country> {
        let code: [u8; 2] = text.as_bytes().try_into().ok()?;
        let is_known = CODES.split_ascii_whitespace().any(|known| known == text);
        is_known.then_some(Country(code))
    }

    pub fn text(&self) -> &str {
        core::str::from_utf8(&self.0).expect("two capital letters")
    }
}

/// Which countries are served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountryRule {
    /// All but the blocked ones when there is none.
    allowed: Vec<Country>,
    blocked: Vec<Country>,
}

impl CountryRule {
    /// Returns the rule of two lists of codes with spaces, the first empty for all.
    ///
    /// # Errors
    /// The first word that is no country.
    pub fn parse(allowed: &str, blocked: &str) -> Result<CountryRule, String> {
        let list = |text: &str| -> Result<Vec<Country>, String> {
            let words = text.split_ascii_whitespace();
            words
                .map(|word| Country::parse(word).ok_or_else(|| word.to_owned()))
                .collect()
        };
        Ok(CountryRule {
            allowed: list(allowed)?,
            blocked: list(blocked)?,
        })
    }

    /// Returns whether people of a country are served; who is blocked is, whatever else is said.
    pub fn serves(&self, country: Country) -> bool {
        let is_allowed = self.allowed.is_empty() || self.allowed.contains(&country);
        is_allowed
            && !mutant::plant!(
                "blocked-country-served",
                false,
                self.blocked.contains(&country)
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_two_capital_letters_of_the_list() {
        assert_eq!(CODES.split_ascii_whitespace().count(), 249);
        for (text, is_country) in [
            ("DE", true),
            ("ZW", true),
            ("de", false),
            ("XX", false),
            ("D", false),
            ("DEU", false),
            ("D ", false),
            ("", false),
        ] {
            assert_eq!(Country::parse(text).is_some(), is_country, "{text:?}");
        }
    }

    #[test]
    fn a_blocked_country_is_not_served_even_when_it_is_allowed() {
        let country = |text| Country::parse(text).expect("a country");
        let rule = CountryRule::parse("", "KP IR").expect("a rule");
        assert!(rule.serves(country("DE")));
        assert!(!rule.serves(country("KP")));
        let rule = CountryRule::parse("DE KP", "KP").expect("a rule");
        assert!(rule.serves(country("DE")));
        assert!(!rule.serves(country("FR")));
        assert!(!rule.serves(country("KP")));
        assert_eq!(CountryRule::parse("DE XX", ""), Err("XX".to_owned()));
    }
}
