//! A permit cannot be made outside of its own file.
use wangxun::fetch::Permit;

fn main() {
    let _forged = Permit {
        url: todo!(),
    };
}
