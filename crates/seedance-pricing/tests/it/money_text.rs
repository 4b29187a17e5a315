//! Money as text: what is read, what is refused, and how it is printed.

use proptest::prelude::{any, proptest};
use seedance_pricing::{
    CnyAmount, CnyPerMillionTokens, CnyPerUsd, Decimal, InvalidMoney, TokenCount, UsdAmount,
    UsdPerMillionTokens,
};

#[test]
fn plain_decimals_are_read_exactly() {
    let cases = [
        ("7.10", 7_100_000, "7.1"),
        ("7", 7_000_000, "7"),
        ("7.000001", 7_000_001, "7.000001"),
        ("007.5", 7_500_000, "7.5"),
        ("1000.000000", 1_000_000_000, "1000"),
        ("1", 1_000_000, "1"),
    ];
    for (text, micros, shortest) in cases {
        let rate = CnyPerUsd::parse(text).unwrap();
        assert_eq!(rate.micros(), micros);
        assert_eq!(rate.to_string(), shortest);
        assert_eq!(rate.decimal(), text.parse::<Decimal>().unwrap());
        assert_eq!(CnyPerUsd::from_micros(micros), Ok(rate));
    }
}

#[test]
fn text_that_is_no_plain_decimal_is_refused() {
    let texts = [
        "", " ", " 7.1", "7.1 ", "7,1", "7.", ".5", ".", "7.1.0", "+7.1", "-7.1", "1e1", "7.1E0",
        "0x7", "1_000", "７.1", "٧", "NaN", "inf", "7.1\n", "¥7.1", "7'100", "7\u{a0}",
    ];
    for text in texts {
        let error = CnyPerUsd::parse(text).unwrap_err().to_string();
        let rest = "is not a plain decimal number; use 1 to 1000 with at most 6 decimals";
        let shown: String = text.chars().flat_map(char::escape_debug).collect();
        assert_eq!(error, format!("CNY per USD `{shown}` {rest}"));
        assert!(CnyPerMillionTokens::parse(text).is_err());
        assert!(UsdPerMillionTokens::parse(text).is_err());
        assert!(CnyAmount::parse(text).is_err());
        assert!(UsdAmount::parse(text).is_err());
    }
}

#[test]
fn more_than_six_decimals_are_refused_even_when_they_are_zeros() {
    for text in ["7.1000000", "7.1234567", "0.0000001"] {
        let error = CnyPerUsd::parse(text).unwrap_err().to_string();
        let rest = "has more than 6 decimals; use 1 to 1000 with at most 6 decimals";
        assert_eq!(error, format!("CNY per USD `{text}` {rest}"));
    }
}

#[test]
fn values_out_of_range_are_refused_with_the_range() {
    let message = |error: Option<InvalidMoney>| error.map(|error| error.to_string());
    assert_eq!(
        message(CnyPerUsd::parse("0.14").err()).unwrap(),
        "CNY per USD `0.14` is out of range; use 1 to 1000 with at most 6 decimals"
    );
    assert_eq!(
        message(CnyPerMillionTokens::parse("0").err()).unwrap(),
        "price in CNY per million tokens `0` is out of range; \
         use 0.01 to 1000 with at most 6 decimals"
    );
    assert_eq!(
        message(CnyPerMillionTokens::from_micros(-1).err()).unwrap(),
        "price in CNY per million tokens `-0.000001` is out of range; \
         use 0.01 to 1000 with at most 6 decimals"
    );
    assert_eq!(
        message(UsdPerMillionTokens::parse("0.000009").err()).unwrap(),
        "rate in USD per million tokens `0.000009` is out of range; \
         use 0.00001 to 1000 with at most 6 decimals"
    );
    assert_eq!(
        message(UsdAmount::parse("9223372036854.775808").err()).unwrap(),
        "amount in USD `9223372036854.775808` is out of range; \
         use 0 to 9223372036854.775807 with at most 6 decimals"
    );
    assert!(message(CnyAmount::parse(&"9".repeat(100)).err()).unwrap().contains("9…` is out of"));
}

#[test]
fn both_ends_of_a_range_are_accepted_and_their_neighbours_are_not() {
    for micros in [10_000, 10_001, 999_999_999, 1_000_000_000] {
        let price = CnyPerMillionTokens::from_micros(micros);
        assert_eq!(price.map(CnyPerMillionTokens::micros), Ok(micros));
    }
    for micros in [9_999, 1_000_000_001] {
        assert!(CnyPerMillionTokens::from_micros(micros).is_err(), "{micros}");
    }
    assert_eq!(CnyPerMillionTokens::MIN.to_string(), "0.01");
    assert_eq!(CnyPerMillionTokens::MAX.to_string(), "1000");
    for micros in
        [i64::MIN, -1, 0, 999_999, 1_000_000_001, 1 << 32, (1 << 32) + 7_100_000, i64::MAX]
    {
        assert!(CnyPerUsd::from_micros(micros).is_err(), "{micros}");
    }
    assert_eq!(CnyPerUsd::MIN.to_string(), "1");
    assert_eq!(CnyPerUsd::MAX.to_string(), "1000");
    assert_eq!(UsdPerMillionTokens::MIN.to_string(), "0.00001");
    assert_eq!(UsdPerMillionTokens::MAX.to_string(), "1000");
}

#[test]
fn p06_token_counts_that_make_no_sense_are_refused() {
    for count in [0, 1 << 53, (1 << 53) + 1, 1 << 63, (1 << 63) - 1, u64::MAX] {
        let error = TokenCount::new(count).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("token count `{count}` is out of range; use 1 to 9007199254740991")
        );
    }
    for count in [1, (1 << 53) - 1] {
        assert_eq!(TokenCount::new(count).unwrap().get(), count);
    }
}

#[test]
fn amounts_add_up_exactly_or_not_at_all() {
    let amount = |text| UsdAmount::parse(text).unwrap();
    let sum = amount("2.877211").checked_add(amount("0.000001"));
    assert_eq!(sum, Some(amount("2.877212")));
    let correction = UsdAmount::from_micros(-877_211);
    assert_eq!(amount("2.877211").checked_add(correction), Some(amount("2")));
    assert_eq!(UsdAmount::from_micros(i64::MAX).checked_add(UsdAmount::from_micros(1)), None);
}

#[test]
fn a_negative_amount_prints_its_sign() {
    assert_eq!(CnyAmount::from_micros(-500_000).to_string(), "-0.5");
    assert_eq!(CnyAmount::from_micros(i64::MIN).to_string(), "-9223372036854.775808");
    assert_eq!(CnyAmount::ZERO.to_string(), "0");
}

#[test]
fn money_aligns_to_the_right_and_never_loses_digits() {
    let amount = CnyAmount::parse("20.4282").unwrap();
    assert_eq!(format!("{amount:>10}"), "   20.4282");
    assert_eq!(format!("{amount:10}"), "   20.4282");
    assert_eq!(format!("{amount:.2}"), "20.4282");
    assert_eq!(format!("{amount:?}"), "CnyAmount(20.4282)");
}

proptest! {
    #[test]
    fn every_amount_reads_back_from_its_text(micros in 0..=i64::MAX) {
        let amount = UsdAmount::from_micros(micros);
        assert_eq!(UsdAmount::parse(&amount.to_string()), Ok(amount));
        assert_eq!(amount.micros(), micros);
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in any::<String>(), cut in "[0-9.]{0,30}") {
        for text in [text, cut] {
            if let Ok(amount) = CnyAmount::parse(&text) {
                assert_eq!(amount.decimal(), text.parse::<Decimal>().unwrap());
            }
        }
    }
}
