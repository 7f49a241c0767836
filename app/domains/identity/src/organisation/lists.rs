//! The time zones and currencies of the world.

use chrono_tz::TZ_VARIANTS;

use crate::organisation::model::Choices;

/// The regions whose zones are offered. The database also knows historical names such as `US/Pacific` and bare offsets;
/// those are understood but not offered.
const REGIONS: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

/// Whether the time zone exists.
pub(crate) fn is_time_zone(name: &str) -> bool {
    name.parse::<chrono_tz::Tz>().is_ok()
}

/// Whether the currency exists.
pub(crate) fn is_currency(code: &str) -> bool {
    CURRENCIES.iter().any(|(known, _)| *known == code)
}

/// What the settings offer.
pub(crate) fn choices() -> Choices {
    let offered = TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| *name == "UTC" || REGIONS.iter().any(|region| name.starts_with(region)));
    Choices {
        time_zones: offered.map(str::to_owned).collect(),
        currencies: CURRENCIES.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect(),
    }
}

/// ISO 4217, without funds, metals and test codes.
const CURRENCIES: &[(&str, &str)] = &[
    ("AED", "UAE dirham"),
    ("AFN", "Afghani"),
    ("ALL", "Lek"),
    ("AMD", "Armenian dram"),
    ("AOA", "Kwanza"),
    ("ARS", "Argentine peso"),
    ("AUD", "Australian dollar"),
    ("AWG", "Aruban florin"),
    ("AZN", "Azerbaijan manat"),
    ("BAM", "Convertible mark"),
    ("BBD", "Barbados dollar"),
    ("BDT", "Taka"),
    ("BHD", "Bahraini dinar"),
    ("BIF", "Burundi franc"),
    ("BMD", "Bermudian dollar"),
    ("BND", "Brunei dollar"),
    ("BOB", "Boliviano"),
    ("BRL", "Brazilian real"),
    ("BSD", "Bahamian dollar"),
    ("BTN", "Ngultrum"),
    ("BWP", "Pula"),
    ("BYN", "Belarusian ruble"),
    ("BZD", "Belize dollar"),
    ("CAD", "Canadian dollar"),
    ("CDF", "Congolese franc"),
    ("CHF", "Swiss franc"),
    ("CLP", "Chilean peso"),
    ("CNY", "Yuan renminbi"),
    ("COP", "Colombian peso"),
    ("CRC", "Costa Rican colón"),
    ("CUP", "Cuban peso"),
    ("CVE", "Cabo Verde escudo"),
    ("CZK", "Czech koruna"),
    ("DJF", "Djibouti franc"),
    ("DKK", "Danish krone"),
    ("DOP", "Dominican peso"),
    ("DZD", "Algerian dinar"),
    ("EGP", "Egyptian pound"),
    ("ERN", "Nakfa"),
    ("ETB", "Ethiopian birr"),
    ("EUR", "Euro"),
    ("FJD", "Fiji dollar"),
    ("FKP", "Falkland Islands pound"),
    ("GBP", "Pound sterling"),
    ("GEL", "Lari"),
    ("GHS", "Ghana cedi"),
    ("GIP", "Gibraltar pound"),
    ("GMD", "Dalasi"),
    ("GNF", "Guinean franc"),
    ("GTQ", "Quetzal"),
    ("GYD", "Guyana dollar"),
    ("HKD", "Hong Kong dollar"),
    ("HNL", "Lempira"),
    ("HTG", "Gourde"),
    ("HUF", "Forint"),
    ("IDR", "Rupiah"),
    ("ILS", "New Israeli sheqel"),
    ("INR", "Indian rupee"),
    ("IQD", "Iraqi dinar"),
    ("IRR", "Iranian rial"),
    ("ISK", "Iceland króna"),
    ("JMD", "Jamaican dollar"),
    ("JOD", "Jordanian dinar"),
    ("JPY", "Yen"),
    ("KES", "Kenyan shilling"),
    ("KGS", "Som"),
    ("KHR", "Riel"),
    ("KMF", "Comorian franc"),
    ("KPW", "North Korean won"),
    ("KRW", "Won"),
    ("KWD", "Kuwaiti dinar"),
    ("KYD", "Cayman Islands dollar"),
    ("KZT", "Tenge"),
    ("LAK", "Lao kip"),
    ("LBP", "Lebanese pound"),
    ("LKR", "Sri Lanka rupee"),
    ("LRD", "Liberian dollar"),
    ("LSL", "Loti"),
    ("LYD", "Libyan dinar"),
    ("MAD", "Moroccan dirham"),
    ("MDL", "Moldovan leu"),
    ("MGA", "Malagasy ariary"),
    ("MKD", "Denar"),
    ("MMK", "Kyat"),
    ("MNT", "Tugrik"),
    ("MOP", "Pataca"),
    ("MRU", "Ouguiya"),
    ("MUR", "Mauritius rupee"),
    ("MVR", "Rufiyaa"),
    ("MWK", "Malawi kwacha"),
    ("MXN", "Mexican peso"),
    ("MYR", "Malaysian ringgit"),
    ("MZN", "Mozambique metical"),
    ("NAD", "Namibia dollar"),
    ("NGN", "Naira"),
    ("NIO", "Córdoba oro"),
    ("NOK", "Norwegian krone"),
    ("NPR", "Nepalese rupee"),
    ("NZD", "New Zealand dollar"),
    ("OMR", "Omani rial"),
    ("PAB", "Balboa"),
    ("PEN", "Sol"),
    ("PGK", "Kina"),
    ("PHP", "Philippine peso"),
    ("PKR", "Pakistan rupee"),
    ("PLN", "Złoty"),
    ("PYG", "Guaraní"),
    ("QAR", "Qatari rial"),
    ("RON", "Romanian leu"),
    ("RSD", "Serbian dinar"),
    ("RUB", "Russian ruble"),
    ("RWF", "Rwanda franc"),
    ("SAR", "Saudi riyal"),
    ("SBD", "Solomon Islands dollar"),
    ("SCR", "Seychelles rupee"),
    ("SDG", "Sudanese pound"),
    ("SEK", "Swedish krona"),
    ("SGD", "Singapore dollar"),
    ("SHP", "Saint Helena pound"),
    ("SLE", "Leone"),
    ("SOS", "Somali shilling"),
    ("SRD", "Surinam dollar"),
    ("SSP", "South Sudanese pound"),
    ("STN", "Dobra"),
    ("SVC", "El Salvador colón"),
    ("SYP", "Syrian pound"),
    ("SZL", "Lilangeni"),
    ("THB", "Baht"),
    ("TJS", "Somoni"),
    ("TMT", "Turkmenistan new manat"),
    ("TND", "Tunisian dinar"),
    ("TOP", "Paʻanga"),
    ("TRY", "Turkish lira"),
    ("TTD", "Trinidad and Tobago dollar"),
    ("TWD", "New Taiwan dollar"),
    ("TZS", "Tanzanian shilling"),
    ("UAH", "Hryvnia"),
    ("UGX", "Uganda shilling"),
    ("USD", "US dollar"),
    ("UYU", "Peso uruguayo"),
    ("UZS", "Uzbekistan sum"),
    ("VED", "Bolívar digital"),
    ("VES", "Bolívar soberano"),
    ("VND", "Dong"),
    ("VUV", "Vatu"),
    ("WST", "Tala"),
    ("XAF", "CFA franc BEAC"),
    ("XCD", "East Caribbean dollar"),
    ("XOF", "CFA franc BCEAO"),
    ("XPF", "CFP franc"),
    ("YER", "Yemeni rial"),
    ("ZAR", "Rand"),
    ("ZMW", "Zambian kwacha"),
    ("ZWG", "Zimbabwe gold"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_exists() {
        let choices = choices();
        for zone in ["Europe/Stockholm", "America/New_York", "Asia/Tokyo", "UTC"] {
            assert!(choices.time_zones.iter().any(|offered| offered == zone), "{zone}");
        }
        assert!(choices.time_zones.iter().all(|zone| is_time_zone(zone)));
        assert!(choices.currencies.iter().all(|(code, _)| is_currency(code)));
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        for zone in ["", "Europe/Nordvik", "europe/stockholm", "+02:00"] {
            assert!(!is_time_zone(zone), "{zone}");
        }
        for code in ["", "sek", "XXX", "BTC"] {
            assert!(!is_currency(code), "{code}");
        }
    }

    #[test]
    fn currencies_are_sorted_codes_of_three_letters() {
        let codes: Vec<&str> = CURRENCIES.iter().map(|(code, _)| *code).collect();
        assert!(codes.is_sorted());
        assert!(
            codes.iter().all(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
        );
    }
}
