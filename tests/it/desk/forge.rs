//! `Confirmed` and `ActionEntry` are proof: an entry on an operator's list cannot be made from what nobody determined, nor a
//! case without sealed evidence.

use crate::refused::refused;

#[test]
fn action_entries_cannot_be_forged() {
    refused(
        "tests/it/desk/forge",
        &[
            (
                "confirmed_made_up",
                "E0451",
                "fields `determination` and `keys` of struct `wangxun::model::determination::Confirmed` are private",
            ),
            (
                "entry_changed",
                "E0616",
                "field `draft` of struct `ActionEntry` is private",
            ),
            (
                "entry_without_confirmed",
                "E0308",
                "expected `&Confirmed`, found `&Determination`",
            ),
            (
                "from_a_manifest",
                "E0308",
                "expected `&Sealed`, found `&Manifest`",
            ),
            (
                "made_up",
                "E0451",
                "field `event` of struct `CaseOpening` is private",
            ),
            (
                "referral_as_zone",
                "E0308",
                "expected `&TakedownList`, found `&ReferralList`",
            ),
        ],
    );
}
