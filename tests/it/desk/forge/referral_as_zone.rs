//! A zone of what is only suspected.

use wangxun::export::takedown::rpz;
use wangxun::model::takedown::referral::ReferralList;

fn zone(suspected: &ReferralList) -> String {
    rpz::zone(suspected)
}

fn main() {}
